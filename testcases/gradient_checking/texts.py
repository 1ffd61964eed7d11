"""What is told of each mistake. Private: the wrong formulas would give the right ones away."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.mistake import Mistake

GRADIENT: Mapping[str, Mistake] = {
    "one-sided": Mistake(
        "(cost(theta + step) - cost(theta)) / epsilon",
        "Your slope looks to one side only: it compares a step with standing still. Formula (1) takes a "
        "step to either side, and its error is far smaller.",
        "The definition of the derivative as it is taught first. The plot in part 1 shows the price.",
    ),
    "two-missing": Mistake(
        "(cost(theta + step) - cost(theta - step)) / epsilon",
        "Every component is twice what it should be. How far apart are the two places at which you ask "
        "for the cost?",
        "From -ε to +ε it is 2ε.",
    ),
    "epsilon-multiplied": Mistake(
        "(cost(theta + step) - cost(theta - step)) / 2 * epsilon",
        "This is divided by 2 and then multiplied by epsilon. Python works from left to right: what "
        "belongs together below the line of the fraction?",
        "The brackets around 2 * epsilon are missing.",
    ),
    "not-divided": Mistake(
        "cost(theta + step) - cost(theta - step)",
        "This is how much the cost rises, and not yet a slope. A slope is rise over distance.",
        "The division by 2ε, or its ε, is missing.",
    ),
    "sign-turned": Mistake(
        "(cost(theta - step) - cost(theta + step)) / (2 * epsilon)",
        "Every sign is turned round. Where the cost rises, the slope should be positive: which of the two "
        "costs comes first?",
        "The two costs are exchanged.",
    ),
    "epsilon-ignored": Mistake(
        "epsilon = 1e-7  # inside of the function",
        "Your result does not depend on the argument epsilon as it should. Is another step width built in "
        "somewhere?",
        "Invisible with the default; a larger ε shows it.",
    ),
    "default-changed": Mistake(
        "def numerical_gradient(cost, theta, epsilon=1e-4):",
        "Called without epsilon, your function takes another step width than the 1e-7 of the line with def as "
        "it was handed out.",
        "Unnoticed where a cost is gentle; a steep one shows it.",
    ),
    "theta-not-reset": Mistake(
        "moved[i] += epsilon  # and never back",
        "The first component is right and later ones are off: a step taken for one component is still there "
        "when the next one has its turn.",
        "A copy made once before the loop instead of inside of it.",
    ),
    "whole-numbers-cut": Mistake(
        "moved = theta.copy(); moved[i] += epsilon  # with dtype int",
        "When theta holds whole numbers, something is cut off: an array of type int can hold neither a small "
        "step nor a slope with decimals. Look at what your arrays are made from.",
        "theta.copy() and zeros_like(theta) inherit the type.",
    ),
    "all-at-once": Mistake(
        "(cost(theta + epsilon) - cost(theta - epsilon)) / (2 * epsilon)",
        "All components take their step together here. A partial derivative moves one component and leaves "
        "the others where they are.",
        "theta + epsilon adds ε everywhere.",
    ),
    "stops-after-first": Mistake(
        "for ...:\n    ...\n    return approximation",
        "Only the first component has been worked out. Look at how far your return line is indented.",
        "return inside of the loop.",
    ),
    "one-number": Mistake(
        "slope = ...  # in the loop, and returned",
        "You return one number, where a slope for each component is wanted. Where is each one stored?",
        "The last one overwrites the others, or they are added up.",
    ),
    "shape-turned": Mistake(
        "np.zeros((theta.size, 1))",
        "The numbers are right, and lie in an array of another shape. The docstring says which one.",
        "A column or a row in place of a vector.",
    ),
}

DIFFERENCE: Mapping[str, Mistake] = {
    "denominator-missing": Mistake(
        "np.linalg.norm(gradient - approximation)",
        "This is how far the two are apart, but not in relation to anything. Whether 0.01 is much depends on "
        "how long the vectors are.",
        "The numerator alone.",
    ),
    "larger-for-sum": Mistake(
        "gap / max(na, nb)",
        "You divide by the longer of the two. Formula (2) has both lengths below the line.",
        "A sensible measure, too, and used elsewhere; it is not the one agreed upon here.",
    ),
    "one-norm-only": Mistake(
        "gap / na",
        "You divide by the length of one of the two vectors. What about the other one?",
        "The usual relative error of one value against a true one. Here neither is the true one.",
    ),
    "norms-squared": Mistake(
        "gap**2 / (na**2 + nb**2)",
        "At least one length is squared in your quotient. A length is the root of a sum of squares; in "
        "formula (2) the bars mean the length itself.",
        "The root is missing, often in a formula without np.linalg.norm.",
    ),
    "other-norm": Mistake(
        "np.abs(a - b).sum() / (np.abs(a).sum() + np.abs(b).sum())",
        "Your lengths are not the Euclidean ones. Sums of absolute values, or largest entries, are norms as "
        "well; formula (2) says which one is meant.",
        "A second argument of np.linalg.norm, or abs in place of it.",
    ),
    "norms-subtracted": Mistake(
        "(na - nb) / (na + nb)",
        "You compare the lengths only. Two vectors of the same length can point in quite different "
        "directions: what should be subtracted before a length is taken?",
        "Gives 0 for a gradient with its sign turned, the worst of errors.",
    ),
    "doubled": Mistake(
        "2 * gap / (na + nb)",
        "Your value is off by a factor of two. Formula (2) has no 2 in it, and no mean.",
        "The mean of both norms below the line, or a half too many.",
    ),
    "constant-added": Mistake(
        "gap / (na + nb + 1e-8)",
        "A small constant below the line changes the result where the gradients are small themselves. Look "
        "at what the docstring says on two zero vectors, and treat that case by itself.",
        "A common trick, and reasonable; but a relative measure must not depend on the scale.",
    ),
    "share-of-each": Mistake(
        "np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b)))",
        "You make one fraction for each component. Formula (2) is a single fraction, made of three lengths.",
        "A tiny component then counts as much as a large one.",
    ),
    "zero-over-zero": Mistake(
        "0 / 0",
        "Where both vectors are zero, your quotient is zero over zero. The docstring says what to return "
        "then.",
        "A dead unit makes this happen in earnest.",
    ),
}

BACKWARD: Mapping[str, Mistake] = {
    "planted-bug-left": Mistake(
        "dZ1 = dA1 * (1 - A1); db2 = np.sum(dZ2, axis=1, keepdims=True)",
        "This still comes out as in the colleague's version, which is wrong here. Compare "
        "the lines of this layer with formulas (4) to (9), factor by factor.",
        "Copied with the mistake in it. Ask which gradients the table of part 3 marks, and what they share.",
    ),
    "average-missing": Mistake(
        "dW1 = np.dot(dZ1, X.T)",
        "This gradient is m times too large: the cost is a mean over the examples, and so is its gradient.",
        "A right line was broken, or the mean forgotten.",
    ),
    "average-twice": Mistake(
        "db2 = np.mean(dZ2, axis=1, keepdims=True) / m",
        "This gradient is m times too small. A mean divides by m by itself.",
        "mean and / m together.",
    ),
    "output-turned": Mistake(
        "dZ2 = Y - A2",
        "Every sign is turned round, from the very first line of the backward pass on. Look at formula (4).",
        "A descent would climb.",
    ),
    "output-slope-added": Mistake(
        "dZ2 = (A2 - Y) * A2 * (1 - A2)",
        "The slope of the sigmoid has come in once more. In formula (4) it has cancelled already.",
        "Right for a squared error, not for cross entropy.",
    ),
    "slope-missing": Mistake(
        "dZ1 = dA1",
        "In layer 1 the gradient passes the tanh without its slope. Look at formula (7).",
        "The line was left out.",
    ),
    "slope-of-sigmoid": Mistake(
        "dZ1 = dA1 * A1 * (1 - A1)",
        "This is the slope of the sigmoid. The hidden layer of this network has another function.",
        "The two are easily mixed up.",
    ),
    "slope-of-relu": Mistake(
        "dZ1 = dA1 * (A1 > 0)",
        "This is the slope of relu. The hidden layer of this network has another function.",
        "From the other assignment.",
    ),
    "tanh-twice": Mistake(
        "dZ1 = dA1 * (1 - np.tanh(A1) ** 2)",
        "The tanh has been taken already: look up in the forward pass what A1 is.",
        "Right with Z1 in the place of A1.",
    ),
    "transposed": Mistake(
        "dW1 = np.dot(X, dZ1.T) / m",
        "The numbers are right, but rows and columns are exchanged. A gradient has the shape of what it is "
        "the gradient of.",
        "The product of the transposed factors, in the other order.",
    ),
    "sum-loses-shape": Mistake(
        "db1 = np.sum(dZ1, axis=1) / m",
        "The numbers are right, and one axis is lost. A gradient has the shape of what it is the gradient "
        "of: the bias is a column.",
        "keepdims is missing.",
    ),
    "sum-over-everything": Mistake(
        "db1 = np.sum(dZ1) / m",
        "All units are added up together here. Each unit has a bias of its own.",
        "axis is missing.",
    ),
}
