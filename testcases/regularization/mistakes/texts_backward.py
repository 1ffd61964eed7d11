"""What is told of mistakes in backward_propagation_with_dropout. Private."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.mistake import Mistake
from .texts_gradients import TEXTS as _WITHOUT_DROPOUT

#: Lines that are the same with and without dropout: dZ of the output, and the way through relu.
_SAME = (
    "dz3-averaged",
    "dz3-sign-turned",
    "labels-left-out",
    "sigmoid-derivative-again",
    "dz3-squared",
    "dz3-doubled",
    "relu-derivative-missing",
    "activation-for-derivative",
    "relu-derivative-turned",
    "relu-for-derivative",
    "relu-derivative-of-gradient",
    "tanh-derivative",
    "sigmoid-derivative",
)

TEXTS: Mapping[str, Mistake] = {
    **{name: _WITHOUT_DROPOUT[name] for name in _SAME},
    # dW
    "penalty-added": Mistake(
        formula="dW2 = 1 / m * np.dot(dZ2, A1.T) + 0.7 / m * W2",
        hint="The weights are part of your dW, as with an L2 penalty. There is no penalty in this part: compare dW with the released notebook.",
        note="Lines of the second graded function were copied here, with `keep_prob` for λ perhaps. Dropout and L2 can be combined, but this function does not.",
    ),
    "mask-for-activation": Mistake(
        formula="dW2 = 1 / m * np.dot(dZ2, D1.T)",
        hint="Your dW is a product with the mask D of the layer below, where its activations A belong. Compare the order of the names with the cache in the docstring.",
        note="D and A were exchanged, in this line or where the cache is unpacked.",
    ),
    "m-from-kept": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T) / np.sum(D2)",
        hint="Your dW is averaged over the units that stayed on. The average is over the examples, all of them; the scale has taken care of the rest.",
        note="The idea behind it is right, and keep_prob has done it already.",
    ),
    "m-from-wrong-array": Mistake(
        formula="m = X.shape[0]",
        hint="What your gradients are divided by is not the number of examples. Which axis of X counts the examples?",
        note="Features and examples were exchanged: here the examples are the columns.",
    ),
    "m-hard-coded": Mistake(
        formula="dW2 = 1 / 5 * np.dot(dZ2, A1.T)",
        hint="Your gradients are divided by the size of one data set of this notebook, the training set or the small test case. Count the examples that came in.",
        note="5 is right for the small test case, 211 and 200 for the training and the test set, and for nothing else.",
    ),
    "transposed": Mistake(
        formula="dW2 = 1 / m * np.dot(A1, dZ2.T)",
        hint="Your dW is lying on its side: it should have the shape of W. Look at the order of the two factors.",
        note="The product of the factors in the other order is the transpose.",
    ),
    "bias-not-averaged": Mistake(
        formula="db2 = np.sum(dZ2, axis=1, keepdims=True)",
        hint="Your db is the sum over the examples, not their average. Compare the line with the released notebook.",
        note="The given line was changed.",
    ),
    "bias-averaged-twice": Mistake(
        formula="db2 = 1 / m ** 2 * np.sum(dZ2, axis=1, keepdims=True)",
        hint="Your db is divided by the number of examples once too often. Compare the line with the released notebook.",
        note="The given line was changed, or dZ carries the factor already.",
    ),
    "bias-shape": Mistake(
        formula="db2 = 1 / m * np.sum(dZ2, axis=1)",
        hint="Your db has lost its second axis: it should be a column, of the shape of b. Look for what keeps the axis in the sum.",
        note="keepdims was deleted. In the update, NumPy would broadcast it to a matrix without a word.",
    ),
    "bias-summed-over-all": Mistake(
        formula="db2 = 1 / m * np.sum(dZ2)",
        hint="Your db is one number for the whole layer: it is summed over units as well. Each unit has a bias of its own.",
        note="axis was deleted, and keepdims perhaps.",
    ),
    "bias-wrong-axis": Mistake(
        formula="db2 = 1 / m * np.sum(dZ2, axis=0, keepdims=True)",
        hint="Your db is summed over the units, and should be summed over the examples. Which axis of dZ counts the examples?",
        note="Rows are units, columns are examples.",
    ),
    "da-passed-on": Mistake(
        formula="dA1 = np.dot(W2.T, dA2)",
        hint="Your dA is computed from the dA of the layer above, so that the derivative of relu there is skipped. Look at the name of the gradient in this product.",
        note="One letter: dA for dZ. The given line was changed.",
    ),
    "data-not-averaged": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T)",
        hint="Your dW is a sum over the examples, and not yet an average. This line came with the "
        "notebook: compare it with a fresh copy.",
        note="The given line was changed, or the convention of another book used, where dZ holds "
        "the 1/m.",
    ),
    "data-averaged-twice": Mistake(
        formula="dW2 = (1 / m) * np.dot(dZ2, A1.T) / m",
        hint="Your dW is divided by the number of examples twice. Count these divisions on the way "
        "from dZ to dW.",
        note="A 1/m in front and another one behind. The line was given with one.",
    ),
    "scale-in-weights": Mistake(
        formula="dW2 = np.dot(dZ2, A1.T) / m / keep_prob",
        hint="`keep_prob` is part of your dW. It belongs only where the gradient goes back through "
        "a mask, formula (8); the lines for dW came with the notebook.",
        note="'What was scaled must be scaled' was applied to every gradient. A1 and dZ2 hold the "
        "scaling already.",
    ),
    # dA
    "mask-missing": Mistake(
        formula="dA2 = dA2 / keep_prob",
        hint="Your dA is scaled but not masked: units that were off still get a gradient. Look at "
        "the first of the two steps of this gap.",
        note="It often goes unnoticed, since A2 > 0 stops the gradient of dropped units in the "
        "next line: dZ, dW and the training are right. dA itself is not.",
    ),
    "scale-missing": Mistake(
        formula="dA2 = dA2 * D2",
        hint="Your dA is masked but not scaled. What was scaled on the way forward has to be "
        "scaled on the way back: see formula (8).",
        note="The mask is easy to remember, the scale is not. By the chain rule, the constant "
        "factor of A is a factor of its gradient.",
    ),
    "dropout-missing": Mistake(
        formula="masked = dA2 * D2 / keep_prob",
        hint="Your dA is as it was without dropout, neither masked nor scaled. Look whether both "
        "steps are done, and whether their results are stored in dA.",
        note="A placeholder left in, or results stored under another name. Often in one of the two "
        "gaps only.",
    ),
    "scale-multiplied": Mistake(
        formula="dA2 = dA2 * D2 * keep_prob",
        hint="The scaling makes your dA smaller, while on the way forward it made A larger. "
        "Compare the operation in your second step with formula (8).",
        note="'Backward' was taken to mean 'undo'. The gradient of a · c is c times the gradient: "
        "the same factor, not its inverse.",
    ),
    "scale-by-drop-prob": Mistake(
        formula="dA2 = dA2 * D2 / (1 - keep_prob)",
        hint="You scale your dA with the probability of being off. Look in formula (8) which of "
        "the two probabilities it takes.",
        note="The two probabilities confused, often in the forward pass as well.",
    ),
    "scale-sign-turned": Mistake(
        formula="dA2 = dA2 * D2 / -keep_prob",
        hint="Your dA is masked and scaled, but has the opposite sign. Look for a minus in front of the scale.",
        note="A minus from another formula, or from the update of the parameters.",
    ),
    "scale-twice": Mistake(
        formula="dA2 = dA2 * D2 / keep_prob\ndA2 = dA2 / keep_prob",
        hint="Your dA is scaled once too often. Look for a second scaling, perhaps in the same "
        "line as the mask.",
        note="Both steps written in one line, and the second then once more; or the thought that A "
        "and D each bring a scale.",
    ),
    "keep-prob-hard-coded": Mistake(
        formula="dA2 = dA2 * D2 / 0.8",
        hint="Your dA is scaled as if `keep_prob` were always one number from this notebook. Look "
        "where the argument should come in.",
        note="The number of the example was typed in, and the example comes out right with it.",
    ),
    "relu-of-gradient": Mistake(
        formula="dA2 = relu(dA2) * D2 / keep_prob",
        hint="The negative entries of dA are lost. On the way back no relu is applied to the gradient: what counts is whether the unit was on.",
        note="The forward pass was copied, with dA for A. Gradients have both signs; relu has its own derivative, which comes with dZ.",
    ),
    "scale-on-dz": Mistake(
        formula="dA2 = dA2 * D2\ndZ2 = dA2 * (A2 > 0) / keep_prob",
        hint="The scale with `keep_prob` is in your dZ, and not in dA, where formula (8) has it. Look at which array "
        "your second step changes, and at the layer number in its name.",
        note="dZ for dA, a slip of the name. Done before dW is computed, dW and db come out right, and only dA shows it.",
    ),
    "mask-on-dz": Mistake(
        formula="dZ3 = dZ3 * D2",
        hint="Your dZ3 has been multiplied with a mask, and has lost its shape. Masks are for the dA of the two hidden "
        "layers: look at the name of the array in your first step.",
        note="dZ3 for dA2 in the gap of layer 2. NumPy spreads the single row over all units without a word.",
    ),
    "dropout-on-dz": Mistake(
        formula="dZ2 = dA2 * (A2 > 0) * D2 / keep_prob",
        hint="Your dZ has been through mask and scale; the dA that you return has not. Formula (8) changes dA itself, and "
        "dZ follows from it: look at the order of the lines, and at the names.",
        note="The two steps were written into the line of dZ, or the dA of before them stands in the dictionary. dW and "
        "db are right with it.",
    ),
    "first-unit-only": Mistake(
        formula="dA2[0] = dA2[0] * D2[0] / keep_prob",
        hint="Mask and scale reach the first unit of your dA only. If there is a loop or an index, look at where it "
        "ends; one operation on the whole array does without.",
        note="A `return` inside of a loop, or an index left from trying.",
    ),
    "first-example-only": Mistake(
        formula="dA2[:, 0] = dA2[:, 0] * D2[:, 0] / keep_prob",
        hint="Mask and scale reach the first example of your dA only. If there is a loop or an index, look at where it "
        "ends; one operation on the whole array does without.",
        note="A `return` inside of a loop, or an index left from trying.",
    ),
    "matrix-product-for-mask": Mistake(
        formula="dA2 = np.dot(np.dot(D2, D2.T), dA2) / keep_prob",
        hint="The mask comes into your dA by a matrix product, which mixes the units. It should switch each of them on or "
        "off by itself: that is a product element by element.",
        note="np.dot for *, with a transpose added until the shapes fitted.",
    ),
    "mask-added": Mistake(
        formula="dA2 = (dA2 + D2) / keep_prob",
        hint="The mask is added to your dA. A mask should let a value through or make it zero: which operation does that?",
        note="Ones are added where a unit was on. Ask what the dropped entries should be.",
    ),
    "divided-by-mask": Mistake(
        formula="dA2 = dA2 / D2 / keep_prob",
        hint="Your dA has infinite entries, where a unit was dropped: it is divided by the mask, by zero there. Which operation switches a unit off?",
        note='"Backward" was taken to mean "undo". The mask is applied in the same way in both directions.',
    ),
    "integer-division": Mistake(
        formula="dA2 = dA2 * D2 // keep_prob",
        hint="Your dA holds whole numbers only: something was rounded down. Look for a division with two strokes.",
        note="In Python `//` rounds down, of floats as well.",
    ),
    "dropout-not-passed-on": Mistake(
        formula="masked = dA2 * D2 / keep_prob\ndZ2 = dA2 * (A2 > 0)",
        hint="Your dA is right, but dZ is computed from the dA before dropout. Look at the order of the lines, and at the names.",
        note="The mask was applied after dZ had been computed, or under another name.",
    ),
    "cache-order": Mistake(
        formula="Z1, A1, D1, W1, b1, Z2, A2, D2, W2, b2, Z3, A3, W3, b3 = cache",
        hint="Masks and activations have changed places: compare the names on the line that unpacks the cache with the order in the docstring.",
        note="The given line was changed. All shapes fit, so nothing complains.",
    ),
    "scale-by-root": Mistake(
        formula="dA2 = dA2 * D2 / np.sqrt(keep_prob)",
        hint="Your dA is scaled with the square root of `keep_prob`. Look in formula (8) for what the mask is scaled by.",
        note="Confused with the scaling of starting weights, or with that of a standard deviation.",
    ),
    "mask-one-column": Mistake(
        formula="dA2 = dA2 * D2[:, :1] / keep_prob",
        hint="Your dA uses one column of the mask for all examples. Each example has a mask of its own: take D as a whole.",
        note="An index too many.",
    ),
    "mask-one-row": Mistake(
        formula="dA2 = dA2 * D2[0] / keep_prob",
        hint="Your dA uses one row of the mask for all units. Each unit has a row of its own: take D as a whole.",
        note="An index too many; NumPy spreads the row over all units without a word.",
    ),
    "parentheses-missing": Mistake(
        formula="dA2 = dA2 * D2 / 1 - keep_prob",
        hint="Something is subtracted from your dA. Python divides before it subtracts: look at the signs on this line, and at whether they belong there at all.",
        note="Meant as 1 - keep_prob in parentheses, which would be the wrong probability as well.",
    ),
    "dropped-not-zero": Mistake(
        formula="dA2 = np.where(D2, dA2 / keep_prob, dA2)",
        hint="Units that were off still get a gradient in your dA. What was not passed on in the forward pass cannot be to blame: make it zero.",
        note="Only the kept entries were changed, or another value stands in for the dropped ones.",
    ),
    "keys-exchanged": Mistake(
        formula='gradients = {"dA1": dA2, "dA2": dA1}',
        hint="Two gradients have changed places in what you return: each has the shape of the other one. Compare the keys with the names beside them.",
        note="A slip in the given dictionary, or results stored under each other's names.",
    ),
    "mask-turned": Mistake(
        formula="dA2 = dA2 * (1 - D2) / keep_prob",
        hint="Your dA keeps its values where the mask is 0 and loses them where it is 1. Look at "
        "how the mask comes into your first step.",
        note="D was read as 'dropped'. In this notebook 1 means on; the scaling may be missing as "
        "well, so ask for both steps.",
    ),
    "activation-for-mask": Mistake(
        formula="dA2 = dA2 * A2 / keep_prob",
        hint="You multiply dA by the activations A, where formula (8) has the mask. Look at the "
        "name of the array in your first step.",
        note="A for D, a slip of the name; or A was thought to carry the mask. It does, but with "
        "its values. The scaling may be missing as well.",
    ),
    "relu-for-mask": Mistake(
        formula="dA2 = dA2 * (A2 > 0) / keep_prob",
        hint="The zeros in your dA come from A, so it is also zero where relu was off. Formula (8) "
        "uses the mask from the cache; relu has its turn in the line for dZ.",
        note="A clever shortcut: dZ and dW are right with it, if the scaling is there. dA is not "
        "the gradient of A then.",
    ),
    "mask-overwrites-gradient": Mistake(
        formula="dA2 = D2 / keep_prob",
        hint="Your dA holds the mask itself; the gradient from the line above is lost. Look at "
        "what stands on the right-hand side in your first step.",
        note="The old dA2 was forgotten on the right.",
    ),
    "mask-of-other-layer": Mistake(
        formula="dA2 = dA2 * D1 / keep_prob",
        hint="Your dA goes through the mask of the other hidden layer. Compare the layer numbers "
        "in your line.",
        note="Counted from the output, or copied with a number not changed. Where the layers "
        "differ in size, it ends in an error about shapes.",
    ),
    "fresh-mask": Mistake(
        formula="np.random.seed(1)\n"
        "D2 = np.random.rand(*dA2.shape) < keep_prob\n"
        "dA2 = dA2 * D2 / keep_prob",
        hint="Your dA goes through a newly drawn mask. The units that took part in the forward "
        "pass are recorded in the masks of the cache.",
        note="Copied from the forward pass, as if dropout were something new in each direction. "
        "Without a seed, such an answer differs from call to call and cannot be named.",
    ),
    "scale-by-mask-rate": Mistake(
        formula="dA2 = dA2 * D2 / np.mean(D2)",
        hint="You scale dA with the share of units that this one mask happens to keep. Formula (8) "
        "scales with the probability, as the forward pass did.",
        note="A thoughtful idea, but A was scaled with keep_prob, and the gradient must have the "
        "same factor.",
    ),
    "da-averaged": Mistake(
        formula="dA2 = dA2 * D2 / keep_prob / m",
        hint=_WITHOUT_DROPOUT["da-averaged"].hint,
        note="A 1/m in every line. With it, each layer further down is averaged once more.",
    ),
}
