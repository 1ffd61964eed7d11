"""What is told of mistakes in forward_propagation_with_dropout. Private."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.mistake import Mistake

TEXTS: Mapping[str, Mistake] = {
    # Z
    "bias-missing": Mistake(
        formula="Z2 = np.dot(W2, A1)",
        hint="There is no bias in your Z, only the product with the weights. This line came with "
        "the notebook: compare it with a fresh copy.",
        note="The given line was rewritten. Formulas (N1) to (N3) hold with dropout as well.",
    ),
    "relu-of-sum": Mistake(
        formula="Z2 = relu(np.dot(W2, A1) + b2)",
        hint="The Z in your cache has been through relu already: it has no negative values. Z is "
        "the value before the activation function.",
        note="Z was overwritten with A, to save a name. Where Z is looked up later, its sign is "
        "lost.",
    ),
    "z-masked": Mistake(
        formula="Z1 = Z1 * D1 / keep_prob\nA1 = relu(Z1)",
        hint="The Z in your cache is masked. Dropout acts on A, after the activation function; Z stays as it is.",
        note="With relu the outputs come out the same, but the cache does not hold what it promises. Or A was made in place, in the memory of Z.",
    ),
    "z-scaled": Mistake(
        formula="A2 = A2 * D2\nZ2 = Z2 / keep_prob",
        hint="The Z in your cache is scaled with `keep_prob`. Dropout acts on A, after the activation function: look at "
        "the letter on the line that scales.",
        note="Z for A in step 4. A is then masked and not scaled, which is not told beside it.",
    ),
    "cache-order": Mistake(
        formula="cache = (Z1, A1, D1, W1, b1, Z2, A2, D2, W2, b2, Z3, A3, W3, b3)",
        hint="The entries of your cache stand in another order than the docstring lists them. The backward pass unpacks them by their places.",
        note="Often the masks come after the activations. The values may all be right.",
    ),
    "dropout-not-passed-on": Mistake(
        formula="Z2 = np.dot(W2, relu(Z1)) + b2",
        hint="Your next Z is computed from activations without dropout. Look at the name of the "
        "array that goes into it, and at the name under which you stored the result of step 4.",
        note="The result of dropout was stored under another name than A1 (or A2), or relu was "
        "computed anew. The next layer then never notices that units are off.",
    ),
    "cached-before-dropout": Mistake(
        formula="dropped = A1 * D1 / keep_prob\nZ2 = np.dot(W2, dropped) + b2",
        hint="The A in your cache is not the one that your next Z is made from. Both should be the "
        "A after all four steps: look at its name, and at the order of your lines.",
        note="The dropped activations have a name of their own, or a step comes after the next Z. "
        "The docstring says which A goes into the cache; the backward pass relies on it.",
    ),
    "inputs-dropped": Mistake(
        formula="D0 = np.random.rand(*X.shape) < keep_prob\nZ1 = np.dot(W1, X * D0 / keep_prob) + b1",
        hint="Your first Z is made from inputs of which some are switched off. The two hidden layers have dropout, "
        "the inputs have none; and numbers drawn for them move the stream for the masks behind.",
        note="Done for every layer alike. Dropping inputs is a method as well, but not this one.",
    ),
    "weights-dropped": Mistake(
        formula="D1 = np.random.rand(*W1.shape) < keep_prob\nZ1 = np.dot(W1 * D1 / keep_prob, X) + b1",
        hint="Your mask has the shape of the weights and switches single weights off. Dropout switches units off: "
        "compare the shape of D with that of A, and look for the line on which D is applied.",
        note="That is another method, DropConnect.",
    ),
    # D
    "randn-for-rand": Mistake(
        formula="D1 = np.random.randn(*A1.shape) < keep_prob",
        hint="Your random numbers follow the bell curve (normal distribution). The mask needs "
        "numbers spread evenly between 0 and 1: look at the name of the function that draws them.",
        note="One letter, and a frequent slip, as the weights were made with it. At keep_prob 0.8 "
        "it keeps about 79 %, so the number of units gives no warning.",
    ),
    "comparison-turned": Mistake(
        formula="D1 = np.random.rand(*A1.shape) > keep_prob",
        hint="Your mask drops the units that should stay, and keeps those that should go. Look at "
        "the direction of the comparison.",
        note="It comes from thinking 'which units do I drop?'. How many numbers between 0 and 1 "
        "are below 0.8?",
    ),
    "drop-prob-for-keep-prob": Mistake(
        formula="D1 = np.random.rand(*A1.shape) < 1 - keep_prob",
        hint="Your mask keeps about as many units as it should drop. Look at the number that you "
        "compare with: which of the two probabilities goes with a 1 in formula (5)?",
        note="The probability to be off was used; most frameworks take that one as their argument.",
    ),
    "keep-prob-hard-coded": Mistake(
        formula="D1 = np.random.rand(*A1.shape) < 0.7",
        hint="Your function acts as if `keep_prob` were always one number from this notebook, in "
        "the comparison or in the scaling. Look where the argument should come in.",
        note="The number of the example or of the training was typed in; the example can come out "
        "right with it.",
    ),
    "mask-not-compared": Mistake(
        formula="D1 = np.random.rand(*A1.shape)",
        hint="Your D still holds the random numbers themselves. Step 2 in section 3.2 turns them "
        "into a mask.",
        note="Step 2 was skipped, or the result of the comparison stored under another name. "
        "Units are then made weaker at random instead of switched off.",
    ),
    "mask-all-ones": Mistake(
        formula="D1 = np.ones(A1.shape)",
        hint="Your mask keeps every unit, although `keep_prob` is below 1. Print your random "
        "numbers and the mask, and look at what is compared with what.",
        note="A placeholder, or a comparison that is always true.",
    ),
    "mask-all-zeros": Mistake(
        formula="D1 = np.zeros(A1.shape)",
        hint="Your mask switches every unit off. Print your random numbers and the mask, and look "
        "at what is compared with what.",
        note="A placeholder, random numbers cut to integers, or a comparison that is never true. "
        "All outputs depend on the bias alone then.",
    ),
    "mask-rounded": Mistake(
        formula="D1 = np.round(np.random.rand(*A1.shape))",
        hint="Your mask comes from rounding the random numbers, which picks other units than a "
        "comparison does. See step 2 in section 3.2.",
        note="Rounding is a coin with two equal sides, whatever keep_prob is. Rounding down after "
        "adding keep_prob has the right rate, but keeps the large numbers instead of the small.",
    ),
    "mask-scaled": Mistake(
        formula="D1 = (np.random.rand(*A1.shape) < keep_prob) / keep_prob",
        hint="Your D is scaled, so its entries are not only 0 and 1. A mask only says on or off; "
        "in formula (6) the scaling is done to A.",
        note="Common in other implementations, and A comes out right with it. The docstring asks "
        "for the plain mask, and the backward pass would scale twice.",
    ),
    "mask-one-column": Mistake(
        formula="D1 = np.random.rand(A1.shape[0], 1) < keep_prob",
        hint="Your mask has one column, so a unit is off for all examples together. Formula (5) "
        "has a column for each example: compare the shapes of D and A.",
        note="'Some units are switched off' was read as 'for the whole step'. Figure 5 shows a "
        "single example; the others have masks of their own.",
    ),
    "mask-one-row": Mistake(
        formula="D1 = np.random.rand(1, A1.shape[1]) < keep_prob",
        hint="Your mask has one row, so for each example the whole layer is on or off. Each unit "
        "needs a row of its own: compare the shapes of D and A.",
        note="Rows and columns confused, or dropout taken to mean dropping examples.",
    ),
    "mask-of-one-number": Mistake(
        formula="D1 = np.random.rand() < keep_prob",
        hint="A single random number decides for your whole layer: all units stay, or none. Each unit needs a number of its own, for each example.",
        note="rand without sizes gives one number.",
    ),
    "coin-flips": Mistake(
        formula="D1 = np.random.randint(0, 2, size=A1.shape)",
        hint="Your mask is a coin toss: half of the units stay, whatever `keep_prob` is. Look at how the docstring turns a random number into a decision.",
        note='randint(0, 2) was taken for "zeros and ones at random".',
    ),
    "mask-from-activations": Mistake(
        formula="D1 = A1 < keep_prob",
        hint="Nothing is drawn for your mask: it compares the activations. Whether a unit stays should be chance, and not hang on what it computes.",
        note="A1 stands where the random numbers should be; or the mask was taken for the derivative of relu.",
    ),
    "mask-of-wrong-shape": Mistake(
        formula="D1 = np.random.rand(1, 1) < keep_prob",
        hint="Your mask does not have the shape of A. Print both shapes, and look at the sizes "
        "that you pass to the random function.",
        note="One number for the whole layer, the shape of W (dropping connections is another "
        "method, DropConnect), rows and columns exchanged, or one size used for both.",
    ),
    "kept-without-chance": Mistake(
        formula="D1 = np.random.permutation(A1.size).reshape(A1.shape) < keep_prob * A1.size",
        hint="Your mask keeps a number of units that is fixed beforehand. With dropout chance decides for each unit "
        "by itself, so that how many stay differs from mask to mask: see step 2 in section 3.2.",
        note="A permutation, a shuffled list, a choice without replacement, or a quantile. The rate is right, but "
        "no unit is independent of the others. Told from the counts of all masks; by chance once in 100,000.",
    ),
    "kept-by-position": Mistake(
        formula="D1 = np.ones(A1.shape)\nD1[::3] = 0",
        hint="Your mask has no chance in it: which units stay follows from their places. Each unit needs a random "
        "number of its own, for each example.",
        note="Every third unit, the first half of the examples, a running index. Drawn by chance, a mask of 1,500 "
        "is so regular less than once in 10 ** 100; a column that is repeated, about once in a million.",
    ),
    "masks-kept-between-calls": Mistake(
        formula="if not masks:\n    masks.append(np.random.rand(*A1.shape) < keep_prob)\nD1 = masks[0]",
        hint="Your mask is one from an earlier call, with other data. Every call makes its own masks, of the shape of its "
        "own A: look for something that is kept outside of your function, or in its `def` line.",
        note="A global or a default argument, filled once. Behind the seed it looks right as long as nothing changes.",
    ),
    "first-unit-only": Mistake(
        formula="A1[0] = A1[0] * D1[0] / keep_prob",
        hint="Dropout reaches the first unit of your layer only. If there is a loop or an index, look at where it "
        "ends; one operation on the whole array does without.",
        note="A `return` inside of a loop, or an index left from trying.",
    ),
    "first-example-only": Mistake(
        formula="A1[:, 0] = A1[:, 0] * D1[:, 0] / keep_prob",
        hint="Dropout reaches the first example only. If there is a loop or an index, look at where it ends; one "
        "operation on the whole array does without.",
        note="A `return` inside of a loop, or an index left from trying.",
    ),
    "seed-missing": Mistake(
        formula="D1 = np.random.rand(*A1.shape) < keep_prob  # without np.random.seed(1)",
        hint="Your masks differ from call to call. The docstring says from which seed the random "
        "numbers start, so that everybody gets the same; look for that line in your function.",
        note="The seed was deleted, or is set outside the function. As dropout this is right, and "
        "outside this assignment it is better: fresh masks at every step.",
    ),
    "other-seed": Mistake(
        formula="np.random.seed(3)\nD1 = np.random.rand(*A1.shape) < keep_prob",
        hint="Your random numbers start from another seed than the docstring says, or the seed is set "
        "more than once. Compare that line with the docstring.",
        note="The given line was changed. As dropout this is right.",
    ),
    "other-end-of-the-interval": Mistake(
        formula="D1 = np.random.rand(*A1.shape) > 1 - keep_prob",
        hint="Your mask keeps the right share of units, but others than the docstring does: it is the one that comes "
        "of keeping the large random numbers. Look in the docstring for how a number becomes a decision.",
        note="As dropout this is right. Only the convention of the assignment is missed.",
    ),
    "drawn-in-other-order": Mistake(
        formula="D2 = np.random.rand(*A2.shape) < keep_prob  # before D1",
        hint="The random numbers for D2 are drawn before those for D1. The docstring names the order, "
        "so that everybody gets the same masks.",
        note="Often both masks are drawn at the top of the function. As dropout this is right.",
    ),
    "numbers-drawn-before": Mistake(
        formula="print(np.random.rand(*A1.shape))\nD1 = np.random.rand(*A1.shape) < keep_prob",
        hint="Between the seed and your mask, random numbers are drawn once more and not used. Every "
        "call moves the stream on: draw once, keep the result in a name, and print that.",
        note="Numbers are printed by drawing them again, or drawn for a mask that is then discarded.",
    ),
    "seed-set-again": Mistake(
        formula="np.random.seed(1)\nD2 = np.random.rand(*A2.shape) < keep_prob",
        hint="The random numbers of your second mask begin where those of the first should. Look "
        "for a second seed, and whether the first mask has drawn its own numbers before.",
        note="The seed is set before each drawing 'to be on the safe side', or D2 is drawn before "
        "D1, or nothing at all for D1. The second mask takes up where the first left off.",
    ),
    "mask-marks-dropped": Mistake(
        formula="D1 = np.random.rand(*A1.shape) >= keep_prob\nA1 = A1 * (1 - D1) / keep_prob",
        hint="Your D is 1 where a unit is off. In this notebook 1 means on: that is what the docstring promises to whoever reads the cache.",
        note="The activations are right, only D in the cache is turned round. A backward pass of the same author may fit it.",
    ),
    "mask-of-other-layer": Mistake(
        formula="D2 = D1",
        hint="A layer uses the mask of the other hidden layer. Compare the layer numbers in your "
        "lines.",
        note="Copied from layer 1, and a number not changed. Where the layers differ in size, it "
        "mostly ends in an error about shapes.",
    ),
    # A
    "scale-missing": Mistake(
        formula="A1 = A1 * D1",
        hint="Your A is masked but not scaled up, so on average it is too small. Look at step 4, "
        "and at formula (7) for the reason.",
        note="Dropout as first published, which scales when predicting. Here `predict` does not "
        "scale, so it has to be done in training.",
    ),
    "mask-not-applied": Mistake(
        formula="A1 = A1 / keep_prob",
        hint="Your A is scaled, but no unit is switched off in it. Look where D comes in, and "
        "whether the result is stored.",
        note="Step 3 was skipped, or computed without storing it: NumPy's `*` makes a new array.",
    ),
    "dropout-not-applied": Mistake(
        formula="dropped = A1 * D1 / keep_prob",
        hint="The A in your cache is as it was without dropout, neither masked nor scaled. Look "
        "whether the results of steps 3 and 4 are stored in it.",
        note="Only the mask was drawn, or the results went into another name. If the next Z is not "
        "named as well, it was computed from this A too.",
    ),
    "scale-multiplied": Mistake(
        formula="A1 = A1 * D1 * keep_prob",
        hint="Your scaling makes A smaller, where it should make up for the units that are off. "
        "Look at the operation in step 4.",
        note="Multiplying belongs to predicting in dropout as first published. Formula (7) "
        "with numbers: 0.8 of the units at 1.25 times the value.",
    ),
    "scale-by-drop-prob": Mistake(
        formula="A1 = A1 * D1 / (1 - keep_prob)",
        hint="You scale with the probability of being off. Formulas (6) and (7) show which of the "
        "two probabilities makes up for the missing units.",
        note="The two probabilities confused. At 0.5 they are equal, so examples from elsewhere "
        "may have hidden it.",
    ),
    "scale-twice": Mistake(
        formula="A1 = A1 * D1 / keep_prob\nA1 = A1 / keep_prob",
        hint="Your A is scaled up once too often. Look for a second scaling, perhaps in the same "
        "line as the mask.",
        note="Steps 3 and 4 written in one line, and step 4 then once more; or a mask that was "
        "scaled as well.",
    ),
    "mask-turned": Mistake(
        formula="A1 = A1 * (1 - D1) / keep_prob",
        hint="Your A keeps its values where D is 0 and loses them where D is 1. Look at how the "
        "mask comes into step 3.",
        note="D was read as 'dropped', since its letter suggests it. In this notebook 1 means on.",
    ),
    "relu-missing": Mistake(
        formula="A1 = Z1 * D1 / keep_prob",
        hint="Your A has been masked, but not been through relu: it can have negative values. Is the line "
        "between Z and your gap as in a fresh copy, and is it its result that you mask?",
        note="Z1 for A1, or the given line overwritten. Some versions of it also lack the scaling: "
        "ask for all four steps.",
    ),
    "sigmoid-for-relu": Mistake(
        formula="A2 = sigmoid(Z2)",
        hint="A hidden layer of yours has values between 0 and 1 only, before dropout. Look at the "
        "activation function in its line; the output layer has another one.",
        note="The line of the output layer was copied. The given line was rewritten.",
    ),
    "tanh-for-relu": Mistake(
        formula="A2 = np.tanh(Z2)",
        hint="A hidden layer of yours has values between −1 and 1 only, before dropout: it went through tanh. Compare "
        "the line of its activation function with a fresh copy.",
        note="Taken over from a network with tanh units. The given line was rewritten.",
    ),
    "absolute-for-relu": Mistake(
        formula="A2 = np.abs(Z2)",
        hint="Where Z is negative, your A has its absolute value. What does relu make of a negative number? Compare the "
        "line of the activation function with a fresh copy.",
        note="relu taken for 'makes everything positive'. The given line was rewritten.",
    ),
    "leaky-relu": Mistake(
        formula="A2 = np.maximum(0.01 * Z2, Z2)",
        hint="Your A lets a small share of negative values of Z through. That is another activation function (leaky "
        "relu): compare its line with a fresh copy.",
        note="Sound in itself, but not the network of this notebook; its backward pass would differ as well.",
    ),
    "mask-overwrites-activation": Mistake(
        formula="A1 = D1 / keep_prob",
        hint="Your A holds the mask itself; the activations are lost. Look at what stands on the "
        "right-hand side in step 3.",
        note="The old A1 was forgotten on the right. Its values no longer depend on X.",
    ),
    "last-unit-not-masked": Mistake(
        formula="for i in range(len(A1) - 1):\n    A1[i] = A1[i] * D1[i]",
        hint="The last unit of your layer is never dropped. If you go through the units with a loop, look at where it ends; one product of whole arrays does without.",
        note="range ends one short. A loop is not needed at all.",
    ),
    "dropped-not-zero": Mistake(
        formula="A1 = np.where(D1, A1 / keep_prob, 1 - keep_prob)",
        hint="The units that are off are not zero in your A. Switched off means that nothing of the unit is passed on.",
        note="Another value stands in for the dropped units, or only the kept ones were changed.",
    ),
    "integer-division": Mistake(
        formula="A1 = A1 * D1 // keep_prob",
        hint="Your A holds whole numbers only: something was rounded down. Look for a division with two strokes.",
        note="In Python `//` rounds down, of floats as well.",
    ),
    "scale-by-root": Mistake(
        formula="A1 = A1 * D1 / np.sqrt(keep_prob)",
        hint="Your A is scaled with the square root of `keep_prob`. Which factor keeps the expected value of A as it was?",
        note="Confused with the scaling of starting weights, or with that of a standard deviation.",
    ),
    "parentheses-missing": Mistake(
        formula="A1 = A1 * D1 / 1 - keep_prob",
        hint="Something is subtracted from your A. Python divides before it subtracts: look at the signs on this line, and at whether they belong there at all.",
        note="Meant as 1 - keep_prob in parentheses, which would be the wrong probability as well.",
    ),
    "picked-by-mask": Mistake(
        formula="A1 = A1[D1] / keep_prob",
        hint="Your A has lost its shape: indexing with the mask picks out the units that stay. Those that are off should become zero and stay where they are.",
        note="A[D] is a flat array of the kept values.",
    ),
    "mask-added": Mistake(
        formula="A1 = (A1 + D1) / keep_prob",
        hint="The mask is added to your A, so no unit is switched off. Look at the sign between "
        "them in formula (6).",
        note="A misread sign. What does a 0 do in a sum, and what in a product?",
    ),
    "mask-not-cached": Mistake(
        formula="D1 = np.random.rand(*A1.shape)\nA1 = A1 * (D1 < keep_prob) / keep_prob",
        hint="Your A was masked with another array than the D in your cache. The backward pass "
        "needs the very mask that was used: look at what is stored in D.",
        note="The comparison was made on the fly, and D keeps the random numbers; or a second "
        "array holds the mask.",
    ),
    "mask-drawn-again": Mistake(
        formula="D1 = np.random.rand(*A1.shape) < keep_prob\nA1 = A1 * (np.random.rand(*A1.shape) < keep_prob) / keep_prob",
        hint="Your A was masked with random numbers of its own, drawn behind those of D. The backward pass needs the "
        "very mask that was used: draw once, and mask with what is stored in D.",
        note="The drawing was written out again where D should stand. Every call moves the stream on: this costs the "
        "layer in which it was done; a mask that goes on from there is right.",
    ),
    "scale-by-mean": Mistake(
        formula="A1 = A1 / np.mean(A1)",
        hint="You divide A by the mean of its own values, so that every layer comes out with mean 1, whatever came in. "
        "Look in formula (6) for what the scale is made of.",
        note="'Keep the expected value' was taken for a normalization. The scale is a constant, and known beforehand.",
    ),
    "scale-by-mask-rate": Mistake(
        formula="A1 = A1 * D1 / np.mean(D1)",
        hint="You scale with the share of units that this one mask happens to keep. Formula (6) "
        "scales with the probability, which is the same for every mask.",
        note="A thoughtful idea, close for large layers. But the scale then depends on chance and "
        "on all examples together, and is zero divided by zero if a mask keeps nothing.",
    ),
    # the output
    "output-dropped": Mistake(
        formula="A3 = sigmoid(Z3)\n"
        "D3 = np.random.rand(*A3.shape) < keep_prob\n"
        "A3 = A3 * D3 / keep_prob",
        hint="There is dropout in your output as well. Only the two hidden layers have it; the "
        "output is never dropped.",
        note="Done for every layer alike. A dropped output predicts 0 for sure, whatever the "
        "input, and the cost is infinite if the label is 1.",
    ),
    "output-not-sigmoid": Mistake(
        formula="A3 = relu(Z3)",
        hint="Your output has not been through the sigmoid, so it is no probability. Compare the "
        "last layer with formula (N3).",
        note="The given line was changed: relu for all layers, or Z3 returned.",
    ),
    "relu-at-the-output": Mistake(
        formula="A3 = sigmoid(relu(Z3))",
        hint="Z3 goes through relu before the sigmoid, so that no output is below one half. The output layer has one activation function.",
        note="The pattern of the hidden layers was carried on.",
    ),
    "output-scaled": Mistake(
        formula="A3 = sigmoid(Z3) / keep_prob",
        hint="Your output is scaled with `keep_prob`. No unit is off in the last layer, so nothing "
        "has to be made up for there.",
        note="Done for every layer alike, or left from dropout that scales at the end. "
        "An output above 1 is no probability.",
    ),
}
