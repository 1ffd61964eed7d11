"""An oracle that judges values and says no more about them: where that is not asked for, or has failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .protocol import Answer, Case, Concession, Finding, Item, Oracle, Plain, Stop


class Silent:
    """Another oracle's expectations, without its diagnosis, and with its concessions or without."""

    def __init__(self, oracle: Oracle, concedes: bool) -> None:
        self._oracle = oracle
        self._concedes = concedes

    @property
    def follows_through(self) -> bool:
        """As the other one does."""
        return self._oracle.follows_through

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        """What the other one expects."""
        return self._oracle.expect(case, entries)

    def diagnose(
        self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()
    ) -> Sequence[Finding] | None:
        """Nothing."""
        return ()

    def concede(
        self, item: Item, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Mapping[str, Concession]:
        """What the other one concedes, if that is wanted."""
        return self._oracle.concede(item, cases, answers) if self._concedes else {}
