"""The oracle that knows the formulas: what is expected, and what went wrong. Private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..core.protocol import Answer, Case, Concession, Finding, Item, Plain, Stop
from .items import make_cost
from .mistakes import findings
from .reference import EPSILON, backward, central_differences, relative_difference


class Reference:
    """Knows what is right, and what the mistakes of the catalogue lead to."""

    #: Layer 1 hangs on layer 2 through dZ2 alone, which nobody returns.
    follows_through = False

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        """Expected entries; the student's own make no difference.

        A numerical gradient is compared with the formula's value for the same ε, and not with the true
        gradient. Its truncation error is then on both sides, and only rounding is left: about
        1e-16 / ε = 1e-9 of the cost at the smallest ε that we use, a hundredth of what the judge
        forgives.
        """
        if case.function == "gradient_of":
            kind, data, theta, epsilon = case.arguments
            cost = make_cost(kind, data)
            return {"gradient": central_differences(cost, theta, epsilon or EPSILON)}
        if case.function == "relative_difference":
            return {"difference": np.asarray(relative_difference(*case.arguments))}
        if case.function == "magnified_difference":
            *vectors, factor = case.arguments
            return {"difference": np.asarray(factor * relative_difference(*vectors))}
        return backward(*case.arguments)

    def diagnose(
        self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()
    ) -> Sequence[Finding] | None:
        """The mistakes that explain the answers."""
        return findings(item, answers, self.expect)

    def concede(
        self, item: Item, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Mapping[str, Concession]:
        """Nothing: here an answer is right or it is not."""
        return {}
