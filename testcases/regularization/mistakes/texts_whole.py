"""What is told of mistakes that show only when answers are compared with each other. Private."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.mistake import Mistake

TEXTS: Mapping[str, Mistake] = {
    "answer-never-changes": Mistake(
        formula="return 1.7864859451590758",
        hint="Your function gives the same number whatever comes in. Look whether its result is made "
        "from its arguments, or from something typed in or kept from before.",
        note="The printed number was returned, or the first result is kept in a global.",
    ),
    "state-between-calls": Mistake(
        formula="def compute_cost_with_regularization(A3, Y, parameters, lambd, sums=[]):\n"
        "    sums.append(np.sum(parameters['W1'] ** 2))",
        hint="Called twice with the same arguments, your function gives two different answers. Either something is kept "
        "from call to call (a global, a list in the `def` line), or random numbers are drawn that nothing asks for.",
        note="A mutable default argument, a global that is added to, or random numbers that nothing "
        "asks for.",
    ),
}
