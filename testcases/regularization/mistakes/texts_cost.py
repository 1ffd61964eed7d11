"""What is told of mistakes in compute_cost_with_regularization. Private."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.mistake import Mistake

#: The sum of all squared weights, as most students write it.
_SQUARES = "(np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))"

TEXTS: Mapping[str, Mistake] = {
    # what is added up
    "weights-left-out": Mistake(
        formula="L2_regularization_cost = lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2))",
        hint="Your penalty leaves out at least one of the three weight matrices. The first of the "
        "three sums in formula (2) goes over all layers.",
        note="Often the output layer, which looks too small to matter, or everything but W1. Ask "
        "what each of the three sums in formula (2) runs over.",
    ),
    "weights-repeated": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W2**2))\n"
        ")",
        hint="Your sum needs W1, W2 and W3 once each. One of them seems to be in it more than "
        "once, and another one not at all: read the names in your line one by one.",
        note="Copied, and the number not changed. It can also be one layer only together with a "
        "forgotten ½, which gives the same value. A loop over the names avoids both.",
    ),
    "biases-penalized": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * sum(np.sum(value**2) for value in parameters.values())\n"
        ")",
        hint="At least one bias is part of your penalty. The sums in formula (2) take in weights "
        "only; the text below the formula says why.",
        note="Usually a loop over the whole dictionary. Some libraries do penalize biases, so it "
        "is a choice and not nonsense: a bias moves the boundary and cannot bend it.",
    ),
    "biases-for-weights": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(parameters['b3'] ** 2))\n"
        ")",
        hint="In at least one layer, your penalty takes the biases in place of the weights. Check "
        "which entries of `parameters` you add up.",
        note="A slip in the key, or W and b taken for each other. Ask what W and b of a layer do "
        "to the boundary.",
    ),
    "absolute-values": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.abs(W1).sum() + np.abs(W2).sum() + np.abs(W3).sum())\n"
        ")",
        hint="Your penalty adds up absolute values. That is L1, formula (P2). The task is L2: "
        "look in formula (2) at what is done to each single weight.",
        note="L1 and L2 confused; the gradient often has the sign of W then. Figure 4 and section "
        "2.2 show what the difference does to small weights.",
    ),
    "not-squared": Mistake(
        formula="L2_regularization_cost = lambd / (2 * m) * (np.sum(W1) + np.sum(W2) + np.sum(W3))",
        hint="Your penalty adds up the weights as they are, so positive and negative ones cancel. "
        "Look at the exponent in formula (2).",
        note="The square was overlooked. Let the student find two large weights for which this "
        "penalty is zero, or negative.",
    ),
    "doubled-for-squared": Mistake(
        formula="np.sum(W1 * 2) + np.sum(W2 * 2) + np.sum(W3 * 2)",
        hint="The weights are doubled where they should be squared. Look at the operator: a power has two stars.",
        note='One star was lost, or W*2 was read as "W squared". On weights around 1 or 2 the values do not look odd.',
    ),
    "sum-before-square": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.sum(W1) ** 2 + np.sum(W2) ** 2 + np.sum(W3) ** 2)\n"
        ")",
        hint="You add up weights first and square afterwards, so positive and negative weights "
        "cancel. Look at the order of these two steps in formula (2).",
        note="The exponent stands outside the bracket, for each layer or for all together. Two "
        "weights, 3 and −3, show the difference at once.",
    ),
    "norm-not-squared": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.linalg.norm(W1) + np.linalg.norm(W2) + np.linalg.norm(W3))\n"
        ")",
        hint="Your penalty has a norm in it, and a norm is the square root of a sum of squares. "
        "Look for such a root in formula (2).",
        note="'L2 norm' and 'L2 penalty' are not the same: the penalty is the norm squared. The "
        "gradient of a norm would be W divided by its norm.",
    ),
    "norm-squared-too-late": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd\n"
        "    / (2 * m)\n"
        "    * (np.linalg.norm(W1) + np.linalg.norm(W2) + np.linalg.norm(W3)) ** 2\n"
        ")",
        hint="You add up the norms of the layers and then square the total, which also multiplies "
        "layers with each other. Look at where the square stands in formula (2).",
        note="The norm was known to need a square, which then landed outside the sum. "
        "(a + b)² has a mixed term that a² + b² has not.",
    ),
    "column-norm": Mistake(
        formula="np.linalg.norm(W1, 1) ** 2 + np.linalg.norm(W2, 1) ** 2 + np.linalg.norm(W3, 1) ** 2",
        hint="Your norm is the largest column sum of each matrix, and not made of all its squared entries. Look up what your norm function does with a matrix, and what its second argument means.",
        note="norm(v, 1) is the sum of absolute values of a vector; of a matrix it is something else.",
    ),
    "spectral-norm": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * sum(np.linalg.norm(W, 2) ** 2 for W in (W1, W2, W3))\n"
        ")",
        hint="Your norm is the largest singular value of each matrix, and not made of all its "
        "squared entries. Look up what your norm function does with a matrix, and what its "
        "second argument means.",
        note="`ord=2` is the Euclidean norm for vectors, but the spectral norm for matrices. The "
        "default (Frobenius) is the root of the sum of squares.",
    ),
    "product-of-layers": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * np.sum(W1**2) * np.sum(W2**2) * np.sum(W3**2)\n"
        ")",
        hint="Your penalty multiplies the three layers with each other. Look at what the first of "
        "the three sums in formula (2) does with them.",
        note="Often a `*` from the factors in front, carried on. One layer without weights would "
        "make the whole penalty vanish: is that what we want?",
    ),
    "mean-for-sum": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.mean(W1**2) + np.mean(W2**2) + np.mean(W3**2))\n"
        ")",
        hint="Your penalty takes an average, in each matrix or over the layers. Formula (2) adds "
        "up squared weights, and averages over examples only.",
        note="'Divide by m' is read as 'average', and an average of weights seems to be meant. "
        "With it, large layers would be penalized no more than small ones.",
    ),
    "power-too-high": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.sum(W1**2) ** 2 + np.sum(W2**2) ** 2 + np.sum(W3**2) ** 2)\n"
        ")",
        hint="The weights come into your penalty with a power above two. Follow one weight through "
        "your line, and compare the exponents on its way with formula (2).",
        note="Squared once inside and once outside the sum, or an exponent of 3 or 4. Doubling all "
        "weights should make the penalty four times as large: let the student try.",
    ),
    "matrix-product-for-squares": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * sum(np.sum(np.dot(W, W.T)) for W in (W1, W2, W3))\n"
        ")",
        hint="You multiply each weight matrix with itself as matrices do, which mixes different "
        "weights. Formula (2) squares every entry by itself: compare the shape of your product "
        "with W.",
        note="`np.dot(W, W.T)` has the squares on its diagonal only (summed over a row each); the "
        "rest is mixed products. Product of matrices versus product of entries.",
    ),
    "first-column-left-out": Mistake(
        formula="np.sum(W1[:, 1:] ** 2)",
        hint="The first column of each weight matrix is missing from your sum. In this network the biases have arrays of their own: every entry of W is a weight.",
        note="Carried over from courses in which the first column of the matrix holds the biases.",
    ),
    "factor-in-the-loop": Mistake(
        formula="for W in (W1, W2, W3):\n    total = (total + np.sum(W ** 2)) * lambd / (2 * m)",
        hint="The factor in front is applied again in every round of your loop, so that the first layer gets it most often. Add up first, and multiply once, behind the loop.",
        note="The multiplication stands inside the loop, on the running total.",
    ),
    "largest-for-sum": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * (np.max(W1**2) + np.max(W2**2) + np.max(W3**2))\n"
        ")",
        hint="Only the largest squared weight of each layer is part of your penalty. Look at how "
        "you get from a whole matrix to one number.",
        note="'Large weights must pay' was taken literally. Every weight pays for itself; large "
        "ones pay more because of the square.",
    ),
    # λ
    "lambda-ignored": Mistake(
        formula=f"L2_regularization_cost = 1 / (2 * m) * {_SQUARES}",
        hint="Your penalty is the same for every λ. Look where the argument `lambd` should come "
        "in.",
        note="λ was forgotten, or taken for part of the data term. At λ = 0 this still penalizes, "
        "which shows it best.",
    ),
    "lambda-inverted": Mistake(
        formula=f"L2_regularization_cost = 1 / (2 * m * lambd) * {_SQUARES}",
        hint="λ works the other way round: the larger it is, the smaller your penalty gets. Look "
        "at which side of the fraction it stands on.",
        note="λ slipped into the bracket of the denominator; at λ = 0 the function stops with a "
        "division by zero. λ is a price: more of it, more to pay.",
    ),
    "lambda-squared": Mistake(
        formula=f"L2_regularization_cost = lambd * (lambd / (2 * m)) * {_SQUARES}",
        hint="λ comes into your penalty as a square. Look how often you multiply by it, and "
        "whether an exponent reaches over it.",
        note="λ was multiplied in twice, or caught an exponent that was meant for the weights.",
    ),
    "zero-lambda-replaced": Mistake(
        formula="lambd = lambd or 0.7",
        hint="Where λ is 0 you take another number for it. Zero is a λ like any other: it means no penalty.",
        note="In Python 0 counts as false, so `or` takes what stands behind it.",
    ),
    "lambda-hard-coded": Mistake(
        formula=f"L2_regularization_cost = 0.1 / (2 * m) * {_SQUARES}",
        hint="Your penalty acts as if λ were always one number from this notebook. Look where the "
        "argument `lambd` should come in.",
        note="The number of the example, or of the training below, was typed in. The example comes "
        "out right with it: say why a function has arguments.",
    ),
    # the factor ½
    "half-missing": Mistake(
        formula=f"L2_regularization_cost = lambd / m * {_SQUARES}",
        hint="A factor is missing in front of your sum, which makes the penalty twice as large. "
        "Compare the fraction there with formula (2).",
        note="Usually taken from the gradient, where the ½ is gone. Cost and gradient no longer "
        "fit together then: taking the slope of the penalty shows where the ½ goes.",
    ),
    "doubled": Mistake(
        formula=f"L2_regularization_cost = lambd / m * 2 * {_SQUARES}",
        hint="The 2 in front of your sum works in the opposite direction, which makes the penalty "
        "four times as large. Look at the order of `*` and `/`, and at your brackets.",
        note="Often `lambd / m * 2` for λ/(2m): Python goes from left to right. Rarely the 2 of "
        "the derivative, carried over into the cost.",
    ),
    "half-twice": Mistake(
        formula=f"L2_regularization_cost = (1 / 2) * lambd / (2 * m) * {_SQUARES}",
        hint="Your penalty is halved once too often. Count how often you divide by two, and "
        "compare with formula (2).",
        note="The ½ from one way of writing the formula and the 2m from another, both used.",
    ),
    # the number of examples
    "m-missing": Mistake(
        formula=f"L2_regularization_cost = lambd / 2 * {_SQUARES}",
        hint="Your penalty is not divided by the number of examples. Look at the fractions in "
        "front of the three sums in formula (2).",
        note="As in (P1), or in a book that puts the average into λ. Both conventions exist; with "
        "this one λ would mean something else for each size of the data set.",
    ),
    "m-multiplied": Mistake(
        formula=f"L2_regularization_cost = lambd / 2 * m * {_SQUARES}",
        hint="The number of examples makes your penalty larger, where it should make it smaller. "
        "Look at the order of `*` and `/`, and at your brackets.",
        note="`lambd / 2 * m`, or `1 / 2 * m`: Python divides first and then multiplies by m. "
        "Brackets around the denominator; ask for the value of 1 / 2 * 4.",
    ),
    "m-twice": Mistake(
        formula=f"L2_regularization_cost = (1 / m) * lambd / (2 * m) * {_SQUARES}",
        hint="Your penalty is divided by the number of examples twice. Count how often m stands in "
        "the fractions of formula (2), and how often in your line.",
        note="The 1/m from formula (2) and the 2m from the hint below it, both used.",
    ),
    "m-off-by-one": Mistake(
        formula=f"L2_regularization_cost = lambd / (2 * (m - 1)) * {_SQUARES}",
        hint="You divide by one more or one less than the number of examples. Formula (2) takes "
        "the number itself, which you have as `m`.",
        note="m − 1 comes from the sample variance in statistics. Nothing is estimated here that "
        "would need it; with one example it divides by zero.",
    ),
    "m-hard-coded": Mistake(
        formula=f"L2_regularization_cost = lambd / (2 * 5) * {_SQUARES}",
        hint="Your penalty acts as if there were always as many examples as in one data set of "
        "this notebook. Take the number that belongs to this call.",
        note="The number of columns of the example, or of the training or test set, was typed in.",
    ),
    "m-from-wrong-array": Mistake(
        formula=f"L2_regularization_cost = lambd / (2 * W1.shape[1]) * {_SQUARES}",
        hint="The count that you divide by is not the number of examples. It may be a size of a "
        "weight matrix, or a number of layers or labels: print it beside `m`.",
        note="A size of W1, the number of all weights, of layers, or of positive labels. Examples "
        "are the columns of A3 and Y; m is given in the stub.",
    ),
    # the two terms
    "sign-turned": Mistake(
        formula=f"L2_regularization_cost = -lambd / (2 * m) * {_SQUARES}",
        hint="Your penalty is subtracted, so large weights make the cost smaller. Look at the "
        "signs, in your line and between the two terms.",
        note="The minus of the cross-entropy was taken to stand before both terms. Ask what "
        "gradient descent would do with a reward for large weights.",
    ),
    "penalty-missing": Mistake(
        formula="L2_regularization_cost = 0",
        hint="The second term of formula (2) adds nothing to your cost. Print it inside the function: "
        "the gap may still say 0, or the result may be lost. If you divide, look at the sign: `/` and `//` differ.",
        note="A placeholder left in, a changed last line, or `//`, which rounds the fraction down "
        "to zero.",
    ),
    "cross-entropy-missing": Mistake(
        formula="return L2_regularization_cost",
        hint="The first term of formula (2), the cross-entropy, has no part in your result. Look "
        "at what the last line of the function returns.",
        note="The last line was changed, or the term subtracted. A network trained on the penalty "
        "alone would set all weights to zero.",
    ),
    "cross-entropy-twice": Mistake(
        formula="L2_regularization_cost = (\n"
        f"    cross_entropy_cost + lambd / (2 * m) * {_SQUARES}\n"
        ")",
        hint="The cross-entropy is in your result twice. The last line of the function adds it; "
        "look at what your own line holds.",
        note="The whole of formula (2) was put into the gap, which asks for its second term only.",
    ),
    "cross-entropy-rescaled": Mistake(
        formula=f"return (cross_entropy_cost + lambd / 2 * {_SQUARES}) / m",
        hint="The cross-entropy has an extra factor in your result. You are given it ready and "
        "averaged: look whether a factor or a bracket reaches over it.",
        note="Mostly a 1/m pulled out in front of both terms, although `compute_cost` has already "
        "divided.",
    ),
    "cross-entropy-sign-turned": Mistake(
        formula="return L2_regularization_cost - cross_entropy_cost",
        hint="The cross-entropy comes into your result with the opposite sign. Look for a minus: "
        "the one in formula (1) is inside the ready-made first term.",
        note="The minus in front of formula (2) was applied to a value that already has it.",
    ),
    "cross-entropy-half": Mistake(
        formula="cross_entropy_cost = -np.sum(Y * np.log(A3)) / m",
        hint="Your cross-entropy counts the examples of one class only. Formula (1) has two parts, "
        "one for each label; the given first term has both.",
        note="The given line was replaced by the loss of one class, as it is written for softmax.",
    ),
    "labels-swapped": Mistake(
        formula="cross_entropy_cost = -np.sum((1 - Y) * np.log(A3) + Y * np.log(1 - A3)) / m",
        hint="In your cross-entropy the two labels have changed places, so good outputs get a high "
        "cost. Compare in formula (1) which label goes with which logarithm.",
        note="The given line was replaced, and y and 1 − y exchanged. Check with one example: "
        "y = 1 and a close to 1 should cost next to nothing.",
    ),
    "other-logarithm": Mistake(
        formula="cross_entropy_cost = (\n"
        "    -np.sum(Y * np.log10(A3) + (1 - Y) * np.log10(1 - A3)) / m\n"
        ")",
        hint="Your cross-entropy uses a logarithm to another base. Formula (1) means the natural "
        "logarithm; the given first term uses it.",
        note="log10 by habit, or log2 from information theory (bits). Only a factor, but the "
        "simple dZ3 holds for the natural logarithm alone.",
    ),
    "cost-infinite": Mistake(
        formula="cross_entropy_cost = compute_cost(Y, A3)",
        hint="The cost is infinite: the logarithm of zero, or a division by zero. Check in the call of `compute_cost` "
        "which of its two arguments are the outputs and which the labels, and print what you divide by.",
        note="Most often the given line was changed, or rewritten with its arguments in the other order: labels are 0 "
        "and 1, and log 0 is infinite.",
    ),
    "squared-error": Mistake(
        formula="cross_entropy_cost = np.sum((A3 - Y) ** 2) / m",
        hint="Your first term is made of squared differences between outputs and labels. The cost "
        "of this network is the cross-entropy, formula (1); it is computed for you.",
        note="Taken over from linear regression. Squared errors have another gradient than the one "
        "in the backward pass.",
    ),
    "parentheses-missing": Mistake(
        formula="L2_regularization_cost = (\n"
        "    lambd / (2 * m) * np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2)\n"
        ")",
        hint="λ, or a part of its fraction, does not reach all three of your sums. Look at each of the "
        "three: what is it multiplied with, what is it divided by, and what do your brackets hold together?",
        note="The brackets around the three sums were forgotten, or closed too early. Products bind more "
        "tightly than sums, in Python as on paper.",
    ),
    "integer-division": Mistake(
        formula=f"L2_regularization_cost = lambd / 2 * (1 // m) * {_SQUARES}",
        hint="Your division rounds down to whole numbers, and nearly all of the penalty is lost. "
        "Look at the division sign.",
        note="`//` for `/`, often from Python 2 or C. Where it makes the whole penalty zero, the "
        "answer looks like penalty-missing and is named so.",
    ),
    "rounded": Mistake(
        formula="return round(cross_entropy_cost + L2_regularization_cost, 4)",
        hint="Your cost is fine, but rounded to a few digits. Return it with all its digits; "
        "rounding is for printing.",
        note="Rounded to look like an expected output. The check allows for the last one or two "
        "digits, so there is no need to.",
    ),
    "cost-multiplied": Mistake(
        formula="L2_regularization_cost = (\n"
        f"    cross_entropy_cost * lambd / (2 * m) * {_SQUARES}\n"
        ")",
        hint="In your result the penalty is multiplied by the cross-entropy. Look at how formula "
        "(2) joins its two terms.",
        note="The sign between the two terms was misread, or the first term was taken for a factor "
        "of the second. Ask what the penalty would be for a network that fits perfectly.",
    ),
}
