"""What is told of mistakes in backward_propagation_with_regularization. Private."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.mistake import Mistake

#: The part of dW2 that comes from the data.
_DATA = "dW2 = np.dot(dZ2, A1.T) / m"
#: Two ways to write the same thing, which no answer can tell apart.
_NEGATIVE_LOST = (
    "The negative entries of dA are lost in your dZ. What counts is not the sign of the gradient, "
    "but whether the unit was on in the forward pass: look at A."
)

TEXTS: Mapping[str, Mistake] = {
    # dZ of the output
    "dz3-averaged": Mistake(
        formula="dZ3 = (A3 - Y) / m",
        hint="Your dZ of the output is divided by the number of examples already. In this notebook "
        "dZ and dA are kept without this division; it is made once, in dW and db.",
        note="A sound convention, but not the one of this notebook: many books average here. "
        "dW and db are right with it as long as nothing is averaged again.",
    ),
    "dz3-sign-turned": Mistake(
        formula="dZ3 = Y - A3",
        hint="The dZ of your output has the opposite sign. Look which of the two, output or label, "
        "is subtracted from the other; this line came with the notebook.",
        note="'Error = target minus output' from another course. With the update (N4), training "
        "would climb instead of descend.",
    ),
    "labels-left-out": Mistake(
        formula="dZ3 = A3",
        hint="The labels have no part in your dZ of the output, so the network cannot learn from "
        "them. This line came with the notebook: compare it with a fresh copy.",
        note="The given line was changed, perhaps while trying something out.",
    ),
    "sigmoid-derivative-again": Mistake(
        formula="dZ3 = (A3 - Y) * A3 * (1 - A3)",
        hint="Your dZ of the output has the slope of the sigmoid in it once more. With this cost "
        "it has cancelled out already, which is why the given line is so short.",
        note="It would be right for squared errors. Let the student work out dA3 times the slope "
        "of the sigmoid: the denominators of the cross-entropy cancel it.",
    ),
    "dz3-squared": Mistake(
        formula="dZ3 = (A3 - Y) ** 2",
        hint="Your dZ of the output is squared, so it has lost its sign. The sign tells whether an "
        "output is too high or too low.",
        note="A squared error in place of its slope. Cost and gradient are taken for each other.",
    ),
    "dz3-doubled": Mistake(
        formula="dZ3 = 2 * (A3 - Y)",
        hint="A factor makes your dZ of the output twice as large. Such a 2 belongs to the slope "
        "of squared errors; the cost here is the cross-entropy.",
        note="From the derivative of a square. The cross-entropy has none.",
    ),
    # what λ is multiplied with
    "weights-squared": Mistake(
        formula=f"{_DATA} + lambd / m * W2**2",
        hint="Your penalty term has the squares of the weights in it. Squares belong to the cost; "
        "the gradient needs their slope, formula (3).",
        note="The penalty itself was added in place of its derivative. Ask for the slope of w² at "
        "w = −1: the sign of the weight must survive.",
    ),
    "weights-absolute": Mistake(
        formula=f"{_DATA} + lambd / m * np.abs(W2)",
        hint="Your penalty term takes the weights without their signs, so it pushes all of them "
        "the same way. Compare it with formula (3).",
        note="A mixture of L1 and L2, or the fear of a negative penalty. A negative weight has to "
        "be pushed up, towards zero.",
    ),
    "sign-for-weights": Mistake(
        formula=f"{_DATA} + lambd / m * np.sign(W2)",
        hint="Your penalty term takes only the sign of each weight, as L1 does. Under L2, large "
        "weights are pushed harder than small ones: see formula (3).",
        note="The slope of the L1 penalty. Check whether the cost has absolute values as well; "
        "section 2.2 compares the two.",
    ),
    "sum-for-matrix": Mistake(
        formula=f"{_DATA} + lambd / m * np.sum(W2)",
        hint="Your penalty term puts several weights together, as a sum, a mean or a norm. In "
        "formula (3) each weight has a value of its own: look at the shape of that term.",
        note="The sums of the cost were carried over into the gradient, and broadcasting hid it. "
        "Ask for the slope with respect to one weight: all others are constants.",
    ),
    "first-column-left-out": Mistake(
        formula="penalty = lambd / m * W3\npenalty[:, 0] = 0",
        hint="The first column of your weights has no decay. In this network the biases have arrays of their own: every entry of W is a weight.",
        note="Carried over from courses in which the first column of the matrix holds the biases.",
    ),
    "integer-division": Mistake(
        formula="dW3 = 1 / m * np.dot(dZ3, A2.T) + lambd // m * W3",
        hint="Something in your dW is rounded down to a whole number, so that the decay vanishes or jumps. Look for a division with two strokes.",
        note="In Python `//` rounds down, of floats as well.",
    ),
    "keys-exchanged": Mistake(
        formula='gradients = {"dW1": dW2, "dW2": dW1}',
        hint="Two gradients have changed places in what you return: each has the shape of the other one. Compare the keys with the names beside them.",
        note="A slip in the given dictionary, or results stored under each other's names.",
    ),
    "weights-left-out": Mistake(
        formula=f"{_DATA} + lambd / m",
        hint="Your penalty term is the same number for every weight: the weights themselves do not "
        "come into it. Compare it with formula (3).",
        note="λ/m was taken for the whole term; broadcasting adds it to every entry without a "
        "complaint.",
    ),
    "bias-for-weights": Mistake(
        formula=f"{_DATA} + lambd / m * b2",
        hint="Your penalty term is made of the biases. The penalty is on the weights: look at the "
        "letter in formula (3).",
        note="A slip of the name; broadcasting hid the other shape. Biases are not penalized "
        "at all.",
    ),
    "weights-normalized": Mistake(
        formula=f"{_DATA} + lambd / m * W2 / np.linalg.norm(W2)",
        hint="You divide the weights by their norm, or by the largest of them, before the penalty "
        "uses them. Formula (3) takes them as they are.",
        note="W over its norm is the slope of a norm that was not squared: look at the cost too.",
    ),
    "power-too-high": Mistake(
        formula=f"{_DATA} + lambd / m * W2**3",
        hint="In your penalty term the weights have a higher power than in formula (3). Taking a "
        "slope makes an exponent smaller, not larger.",
        note="Integrated instead of differentiated, or cubed while looking for the right number.",
    ),
    "gradient-for-weights": Mistake(
        formula=f"{_DATA}\ndW2 = dW2 + lambd / m * dW2",
        hint="λ acts on the gradient of the data in your dW, where formula (3) has the weights. "
        "Look at the name of the array that λ is multiplied with.",
        note="dW for W, a typing slip that two-line versions invite. Such a gradient would only "
        "change the learning rate.",
    ),
    # λ
    "lambda-ignored": Mistake(
        formula=f"{_DATA} + 1 / m * W2",
        hint="The penalty in your gradient is the same for every λ. Look where the argument "
        "`lambd` should come in.",
        note="λ was forgotten. At λ = 0 the gradient should be that of section 1, and is not.",
    ),
    "lambda-inverted": Mistake(
        formula=f"{_DATA} + 1 / (lambd * m) * W2",
        hint="λ works the other way round in your gradient: the larger it is, the weaker the "
        "penalty. Look at which side of the fraction it stands on.",
        note="λ slipped into the denominator; at λ = 0 it divides by zero.",
    ),
    "lambda-squared": Mistake(
        formula=f"{_DATA} + lambd**2 / m * W2",
        hint="λ comes into your penalty term as a square. Look how often you multiply by it, and "
        "whether an exponent reaches over it.",
        note="λ was multiplied in twice, or squared along with the weights of the cost.",
    ),
    "zero-lambda-replaced": Mistake(
        formula="lambd = lambd or 0.7",
        hint="Where λ is 0 you take another number for it. Zero is a λ like any other: it means no penalty.",
        note="In Python 0 counts as false, so `or` takes what stands behind it.",
    ),
    "lambda-hard-coded": Mistake(
        formula=f"{_DATA} + 0.7 / m * W2",
        hint="Your penalty term acts as if λ were always one number from this notebook. Look where "
        "the argument `lambd` should come in.",
        note="The number of the example was typed in, and the example comes out right with it.",
    ),
    # the factor in front of W
    "half-kept": Mistake(
        formula=f"{_DATA} + lambd / (2 * m) * W2",
        hint="A ½ is left in your penalty term and makes it half as large. The slope of a square "
        "uses that factor up: compare the fraction with formula (3).",
        note="The most frequent slip here: λ/(2m) carried over from the cost. Let the student take "
        "the derivative of λ/(2m) · w² by hand.",
    ),
    "doubled": Mistake(
        formula=f"{_DATA} + 2 * lambd / m * W2",
        hint="A factor makes your penalty term twice as large. The slope of a square does bring a "
        "2, but think of the ½ in the cost; then compare with formula (3).",
        note="Half-way right: the square was differentiated, and the ½ of the cost forgotten. "
        "See whether the cost lacks it too.",
    ),
    # the number of examples
    "m-missing": Mistake(
        formula=f"{_DATA} + lambd * W2",
        hint="Your penalty term is not divided by the number of examples. Compare the fraction in "
        "front of the weights with formula (3).",
        note="Often written as weight decay with λ alone, as some frameworks do. Here the cost has "
        "λ/(2m), and the gradient must be the gradient of that cost.",
    ),
    "m-multiplied": Mistake(
        formula=f"{_DATA} + lambd * m * W2",
        hint="The number of examples makes your penalty term larger, where it should make it "
        "smaller. Look at the order of `*` and `/`, and at your brackets.",
        note="A bracket after the division sign is missing, or the fraction was inverted in part.",
    ),
    "m-twice": Mistake(
        formula=f"{_DATA} + (1 / m) * (lambd / m) * W2",
        hint="Your penalty term is divided by the number of examples twice. Look whether a "
        "division stands outside a bracket, on top of the one inside.",
        note="A 1/m in front of both terms, with λ/m still inside the bracket.",
    ),
    "m-off-by-one": Mistake(
        formula=f"{_DATA} + lambd / (m - 1) * W2",
        hint="In the penalty term you divide by one more or one less than the number of examples. "
        "Formula (3) takes the number itself, which you have as `m`.",
        note="m − 1 comes from the sample variance in statistics; it has no place in a gradient.",
    ),
    "m-hard-coded": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T) / 5 + lambd / m * W2",
        hint="At least one term of your dW acts as if there were always as many examples as in a "
        "data set of this notebook. Take the number that belongs to this call.",
        note="The number of columns of the example or of the training set was typed in, in the "
        "data term, the penalty, or both.",
    ),
    "m-from-wrong-array": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T) / A1.shape[0] + lambd / m * W2",
        hint="At least one term of your dW is not divided by the number of examples, but by "
        "another size or by nothing. Print what you divide by, beside `m`.",
        note="Rows and columns of an array, or the size of a matrix, taken for each other; "
        "examples are columns. In layer 3, which has one unit, it may also be that both divisions "
        "are missing.",
    ),
    # the two terms
    "sign-turned": Mistake(
        formula=f"{_DATA} - lambd / m * W2",
        hint="Your penalty term pulls the other way: by itself, it would make the weights grow. "
        "Look at the sign in front of it.",
        note="The minus of the update (N4) was put into the gradient as well. Put the result into "
        "(N4): does the weight get smaller?",
    ),
    "penalty-missing": Mistake(
        formula=_DATA,
        hint="There is no penalty in your dW: it stays the same whatever λ is. The text above the "
        "function says what comes on top of the gradient without penalty.",
        note="The plain backward pass, or a layer forgotten. Since the penalty is in the cost, its "
        "slope must be in the gradient, in every layer.",
    ),
    "data-term-missing": Mistake(
        formula="dW2 = lambd / m * W2",
        hint="Your dW consists of the penalty alone. What the data say about these weights is not "
        "in it: see the first hint in section 2.4.",
        note="Formula (3) was taken for the whole gradient. It is only what is added to it.",
    ),
    "data-not-averaged": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T) + lambd / m * W2",
        hint="The part of your dW that comes from the data is a sum over the examples, and not yet "
        "an average. See the first hint in section 2.4.",
        note="The 1/m was taken to be inside dZ, as in many books, or was thought to belong to λ "
        "only. The dZ of this notebook do not have it.",
    ),
    "data-averaged-twice": Mistake(
        formula="dW2 = (1 / m) * np.dot(dZ2, A1.T) / m + lambd / m * W2",
        hint="The part of your dW that comes from the data is divided by the number of examples "
        "twice. Count these divisions on the way from dZ to dW.",
        note="A 1/m in front of everything and another one in the first term.",
    ),
    "data-sign-turned": Mistake(
        formula="dW2 = -np.dot(dZ2, A1.T) / m + lambd / m * W2",
        hint="The part of your dW that comes from the data has the opposite sign. Look for a minus "
        "in front of it.",
        note="The minus of the cost (1), or of the update (N4), got into the gradient.",
    ),
    "data-halved": Mistake(
        formula="dW2 = 1 / (2 * m) * (np.dot(dZ2, A1.T) + 2 * lambd * W2)",
        hint="The part of your dW that comes from the data is halved. The ½ in the cost belongs to "
        "the penalty only: look at the fraction of the other term.",
        note="The 1/(2m) of the penalty was put in front of both terms.",
    ),
    "z-for-a": Mistake(
        formula="dW2 = np.dot(dZ2, Z1.T) / m + lambd / m * W2",
        hint="In the product for your dW you take the values of the layer below before relu. Look "
        "at the letters in the first hint of section 2.4.",
        note="Z and A confused. A weight is multiplied with what it receives, and that has been "
        "through relu.",
    ),
    "product-of-sums": Mistake(
        formula="dW2 = (\n"
        "    np.dot(dZ2.sum(axis=1, keepdims=True), A1.sum(axis=1, keepdims=True).T) / m\n"
        "    + lambd / m * W2\n"
        ")",
        hint="You sum over the examples before you multiply. Each example's dZ goes with the "
        "activations of that same example: look at the order of the two steps.",
        note="The sum over examples is already in the product of the matrices. A product of sums "
        "also multiplies the error of one example with the activations of another.",
    ),
    "activation-of-own-layer": Mistake(
        formula="dW2 = np.sum(dZ2 * A2, axis=1, keepdims=True) / m + lambd / m * W2",
        hint="You combine dZ with the activations of the same layer. The weights stand between the "
        "layer and the one below: look at the layer numbers in the first hint of section 2.4.",
        note="The shapes of dZ and A of one layer agree, so they get multiplied entry by entry, "
        "and broadcasting repairs the shape. Draw which two layers a weight joins.",
    ),
    "penalty-multiplied": Mistake(
        formula=f"{_DATA} * (lambd / m) * W2",
        hint="In your dW the penalty is multiplied with the gradient of the data. Slopes of a sum "
        "add up: look at the sign between the two terms.",
        note="A `*` for a `+`. With a product, a weight that the data do not care about would "
        "never be penalized.",
    ),
    "lambda-on-both-terms": Mistake(
        formula="dW2 = (np.dot(dZ2, A1.T) + W2) * lambd / m",
        hint="λ is a factor of your whole dW, so that at λ = 0 nothing would be left of it. In formula (3) only one "
        "of the two terms has it: look at what your brackets hold together.",
        note="The bracket was meant to share the 1/m, and λ stands beside it. Ask for dW at λ = 0.",
    ),
    "decay-of-the-update": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T) / m + (1 - lambd / m) * W2",
        hint="Your dW holds the weights less a small part of them. That is what an update with weight decay leaves of "
        "W; the gradient has the slope of the penalty only, formula (3).",
        note="The factor 1 − αλ/m of the update was put into the gradient. See what happens at λ = 0: all of W is added.",
    ),
    "parentheses-misplaced": Mistake(
        formula="dW2 = (np.dot(dZ2, A1.T) + lambd) / m + W2",
        hint="λ is added as a plain number in your dW, where it should be a factor of the weights. "
        "Look at what your brackets hold together.",
        note="The bracket was meant to share the 1/m, and closed too early. Write the line as two "
        "terms first, and share the 1/m afterwards.",
    ),
    "average-left-out": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T) + lambd * W2",
        hint="Neither of the two terms of your dW is divided by the number of examples. Look at "
        "both fractions in section 2.4.",
        note="The sum over the examples was taken for the average. Only the length of the steps "
        "changes by it, but the gradient no longer belongs to the cost (2).",
    ),
    "fraction-turned": Mistake(
        formula=f"{_DATA} + m / lambd * W2",
        hint="The fraction in front of the weights is upside down in your penalty term. Compare it "
        "with formula (3).",
        note="At λ = 0 this divides by zero. Ask which of the two, a larger λ or more examples, "
        "should make the penalty stronger.",
    ),
    "transposed": Mistake(
        formula="dW2 = np.dot(A1, dZ2.T) / m + lambd / m * W2.T",
        hint="Rows and columns are exchanged in your dW. Compare its shape with the shape of W, "
        "and look at the order of the arrays in your product.",
        note="The two factors of the product changed places, and W was transposed to fit (or left "
        "out). Let the student write the shapes below the arrays.",
    ),
    "average-twice": Mistake(
        formula="dW2 = 1 / m * (np.dot(dZ2, A1.T) / m + lambd / m * W2)",
        hint="Both terms of your dW are divided by the number of examples once too often. Look "
        "whether a division stands outside a bracket, on top of those inside.",
        note="A common 1/m was pulled out and also left in.",
    ),
    # db
    "biases-penalized": Mistake(
        formula="db2 = np.sum(dZ2, axis=1, keepdims=True) / m + lambd / m * b2",
        hint="Your db has a penalty in it. Only weights are penalized in formula (2), so the "
        "gradients of the biases stay as they came with the notebook.",
        note="Done for symmetry. A bias moves the boundary and cannot bend it, so it need not pay.",
    ),
    "bias-not-averaged": Mistake(
        formula="db2 = np.sum(dZ2, axis=1, keepdims=True)",
        hint="Your db is a sum over the examples, and not yet an average. This line came with the "
        "notebook: compare it with a fresh copy.",
        note="The given line was changed, or the convention of another book used, where dZ holds "
        "the 1/m.",
    ),
    "bias-averaged-twice": Mistake(
        formula="db2 = np.mean(dZ2, axis=1, keepdims=True) / m",
        hint="Your db is divided by the number of examples twice. Count these divisions on the way "
        "from dZ to db; a mean is one of them, too.",
        note="`np.mean` in place of `np.sum`, with the division by m left standing.",
    ),
    "bias-shape": Mistake(
        formula="db2 = np.sum(dZ2, axis=1) / m",
        hint="Your db has the right numbers, but one axis of its shape is missing. Look at what a "
        "sum over an axis does to the shape, and how to keep it.",
        note="`keepdims` was dropped. In the update, (n, 1) minus (n,) broadcasts to (n, n), which "
        "is worth showing.",
    ),
    "bias-summed-over-all": Mistake(
        formula="db2 = np.sum(dZ2) / m",
        hint="Your db gives the whole layer one and the same number. Each unit has a bias of its "
        "own: look at the axis of your sum.",
        note="The axis was left out, so the sum goes over units as well as examples.",
    ),
    "bias-wrong-axis": Mistake(
        formula="db2 = np.sum(dZ2, axis=0, keepdims=True) / m",
        hint="Your db is summed over the units, where it should be summed over the examples. "
        "Compare its shape with the shape of b.",
        note="Axes 0 and 1 confused; in data frames, examples are rows. Here they are columns.",
    ),
    # dA
    "penalty-in-da": Mistake(
        formula="dA2 = np.dot(W3.T, dZ3) + lambd / m * A2",
        hint="Your dA has a penalty in it. The penalty depends on the weights alone, so its slope "
        "shows up in dW only.",
        note="Formula (3) was applied to everything that has a gradient. Activations are not "
        "parameters, and nobody penalizes them here.",
    ),
    "weights-changed-too-early": Mistake(
        formula="W3 = W3 + lambd / m * W3\ndA2 = np.dot(W3.T, dZ3)",
        hint="Your dA is computed with weights that are no longer those of the forward pass. Look "
        "for a line before it that gives W a new value.",
        note="The penalty was stored under the name W3 (or W2), or weight decay applied on the "
        "spot. If it was done in place, the cache of the caller is changed as well.",
    ),
    "da-averaged": Mistake(
        formula="dA2 = np.dot(W3.T, dZ3) / m",
        hint="Your dA is divided by the number of examples. In this notebook dZ and dA are kept "
        "without this division; it is made once, in dW and db.",
        note="A 1/m in every line. With it, each layer further down is averaged once more.",
    ),
    "da-passed-on": Mistake(
        formula="dA1 = np.dot(W2.T, dA2)",
        hint="Your dA is computed from the dA of the layer above, so that the derivative of relu there is skipped. Look at the name of the gradient in this product.",
        note="One letter: dA for dZ. The given line was changed.",
    ),
    "da-masked-early": Mistake(
        formula="dA2 = np.dot(W3.T, dZ3) * (A2 > 0)",
        hint="Your dA is already zero where relu was off. That step belongs to the line after it, "
        "from dA to dZ.",
        note="Harmless for dZ and all that follows, as relu's slope is 0 or 1 and can be put on "
        "twice. But then dA is not the gradient of A.",
    ),
    # through relu
    "relu-derivative-missing": Mistake(
        formula="dZ2 = dA2",
        hint="Your dZ is the same as dA. On the way back through relu, the gradient passes only "
        "where the unit was on.",
        note="The activation function was skipped in the backward pass. What does a unit that gave "
        "0 do to the cost, if its Z changes a little?",
    ),
    "activation-for-derivative": Mistake(
        formula="dZ2 = dA2 * A2",
        hint="You multiply dA by the values of A. The way back through relu needs its slope, which "
        "is the same for every active unit, however large its value is.",
        note="The function in place of its derivative, or the comparison with 0 forgotten.",
    ),
    "relu-derivative-turned": Mistake(
        formula="dZ2 = dA2 * (A2 <= 0)",
        hint="Your dZ lets the gradient pass where relu was off, and stops it where relu was on. "
        "Look at the direction of the comparison.",
        note="A slip of the comparison sign. Sketch relu and its slope.",
    ),
    "relu-for-derivative": Mistake(
        formula="dZ2 = relu(dA2)",
        hint=_NEGATIVE_LOST,
        note="relu was put on the gradient in place of its derivative. In the backward pass, relu "
        "only opens or closes; negative gradients may pass.",
    ),
    "relu-derivative-of-gradient": Mistake(
        formula="dZ2 = dA2 * (dA2 > 0)",
        hint=_NEGATIVE_LOST,
        note="The comparison was made with dA in place of A. It gives the same numbers as relu put "
        "on dA, so answers are named relu-for-derivative.",
    ),
    "tanh-derivative": Mistake(
        formula="dZ2 = dA2 * (1 - A2**2)",
        hint="Your dZ uses the slope of tanh. The hidden layers of this network have relu, see "
        "formulas (N1) and (N2).",
        note="Copied from a network with tanh units.",
    ),
    "sigmoid-derivative": Mistake(
        formula="dZ2 = dA2 * A2 * (1 - A2)",
        hint="Your dZ uses the slope of the sigmoid. Only the output has a sigmoid; the hidden "
        "layers have relu, see formulas (N1) and (N2).",
        note="Taken from the output layer, or from a network with sigmoid units throughout.",
    ),
}
