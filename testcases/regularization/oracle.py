"""The oracle that knows the formulas: what is expected, what went wrong, what is conceded. Private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..core.compare import difference
from ..core.diagnosis import numbers_of
from ..core.protocol import Answer, Case, Concession, Finding, Item, Plain, Stop
from .items import DREW, DROPOUT_CACHE, OWN_CACHE, PLAIN_CACHE
from .law import concessions
from .mistakes.find import findings
from .moved import moved_mask
from .reference import (
    Arrays,
    backward,
    cost_with_l2,
    dropout_forward,
)
from .stops import stop_finding
from .training import expected_training, trained

#: What has no larger number than this says nothing: whatever follows is next to the tolerance.
_NOTHING = 1e-4
#: What each step of a backward pass starts from; each has the shape of its layer's activation.
_BACKWARD_STEPS = ("dZ3", "dA2", "dZ2", "dA1", "dZ1")


def _own(
    entries: Mapping[str, Plain], shapes: Mapping[str, tuple[int, ...]], family: str
) -> Arrays:
    """The student's entries that a later step can be followed through from, of those in `shapes`.

    Left out are those that cannot be computed with, and those that are zero throughout, or next to it:
    from zeros anything that is zero would "follow". Edge cases may have zeros (a mask turned round drops
    everything at keep_prob = 1), and earn nothing unless the general cases are right as well.
    """
    usable: Arrays = {}
    for name, shape in shapes.items():
        array = numbers_of(entries.get(name), shape)
        if array is not None and (family == "edge" or np.abs(array).max(initial=0) > _NOTHING):
            usable[name] = array
    return usable


class Reference:
    """The oracle that knows the formulas, and follows through from the student's own entries."""

    follows_through = True

    def __init__(self) -> None:
        self._public_trainings: dict[str, tuple[Case, Arrays]] = {}

    def _trained(self, case: Case, entries: Mapping[str, Plain]) -> Arrays:
        """What is expected of a training. Public ones, if right, are the same for every student."""
        if case.family != "fixture":
            return expected_training(case, entries)
        known = self._public_trainings.get(case.name)
        if known is None or known[0] is not case:
            known = self._public_trainings[case.name] = (case, trained(*case.arguments))
        right = known[1]
        if all(difference(right[name], entries.get(name)) is None for name in right):
            return right
        return expected_training(case, entries)

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        """Expected entries; see `Oracle.expect`."""
        arguments = case.arguments
        if case.function == "compute_cost_with_regularization":
            return {"cost": np.asarray(cost_with_l2(*arguments))}
        if case.function == "forward_propagation_with_dropout":
            X, parameters, keep_prob = arguments
            n_1, n_2 = parameters["W1"].shape[0], parameters["W2"].shape[0]
            shapes = {"A1": (n_1, X.shape[1]), "A2": (n_2, X.shape[1])}
            own = _own(entries, shapes, case.family)
            own |= moved_mask(case, entries)
            return dropout_forward(X, parameters, keep_prob, own)
        if case.function == "train":
            return self._trained(case, entries)
        if case.function == "round_trip":
            return _round_trip(case)
        X, Y, values, hyperparameter = arguments
        with_dropout = case.function == "backward_propagation_with_dropout"
        cache = dict(zip(DROPOUT_CACHE if with_dropout else PLAIN_CACHE, values, strict=True))
        options = {"keep_prob" if with_dropout else "lambd": hyperparameter}
        steps = {name: cache[f"A{name[-1]}"].shape for name in _BACKWARD_STEPS}
        return backward(X, Y, cache, **options, own=_own(entries, steps, case.family))

    def diagnose(
        self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()
    ) -> Sequence[Finding] | None:
        """The mistakes that explain the answers, and why a function stopped; see `mistakes/`."""
        found = findings(item, answers, self.expect)
        stop = stop_finding(stops)
        return found if stop is None else [*(found or ()), stop]

    def concede(
        self, item: Item, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Mapping[str, Concession]:
        """Dropout from another random stream, and a backward pass that fits its own forward pass."""
        if item.name == "forward_propagation_with_dropout":
            return concessions(item, answers) if len(answers) == len(cases) else {}
        if item.name == "backward_propagation_with_dropout":
            return _fitting_passes(item, cases, answers)
        return {}


def _round_trip(case: Case) -> Arrays:
    """The gradients behind a right forward pass, and the cache between."""
    X, Y, parameters, keep_prob = case.arguments
    cache = dropout_forward(X, parameters, keep_prob)
    return cache | backward(X, Y, cache, keep_prob=keep_prob)


def _fitting_passes(
    item: Item, cases: Sequence[Case], answers: Sequence[Answer]
) -> Mapping[str, Concession]:
    """What a backward pass earns that is right behind the student's own forward pass.

    A cache in another order, or a mask that is kept in another way, has been charged to the forward
    pass, and the backward pass must take the cache as it comes. That does not hold if the cache is the
    right one, or has no masks in it; nor if the backward pass draws random numbers: who draws the masks
    once more gets the right ones behind a seed.
    """
    trips = [answer for answer in answers if answer[0].function == "round_trip"]
    made = sum(case.function == "round_trip" for case in cases)
    if not trips or len(trips) < made:
        return {}
    expected = [_round_trip(case) for case, _ in trips]
    if all(map(_is_in_order, trips, expected)) or not all(map(_has_masks, trips, expected)):
        return {}
    if any(entries.get(DREW) is not False for _, entries in trips):
        return {}
    reason = (
        "Behind your own forward pass this is right, and it is paid. But the cache from there is not as "
        "its docstring says, and with one that is, this fails. Mend the forward pass first, then this."
    )
    return {
        part.name: Concession(1.0, reason, "fits-own-cache", explains=True)
        for part in item.parts
        if all(
            name in entries and difference(right[name], entries[name]) is None
            for (_, entries), right in zip(trips, expected, strict=True)
            for name in part.entries
        )
    }


def _has_masks(trip: Answer, right: Arrays) -> bool:
    """Whether both masks are somewhere in the cache: as they are, turned round, or scaled."""
    (_, _, _, keep_prob), cache = trip[0].arguments, trip[1].get(OWN_CACHE)
    found = (
        [numbers_of(value, np.shape(value)) for value in cache if isinstance(value, np.ndarray)]
        if isinstance(cache, tuple)
        else []
    )
    arrays = [array for array in found if array is not None]
    for D in (np.asarray(right["D1"], dtype=float), np.asarray(right["D2"], dtype=float)):
        forms = (D, 1 - D, D / keep_prob)
        if not any(difference(form, array) is None for form in forms for array in arrays):
            return False
    return True


def _is_in_order(trip: Answer, right: Arrays) -> bool:
    """Whether the cache between was the one that the docstring describes."""
    cache = trip[1].get(OWN_CACHE)
    return isinstance(cache, tuple) and all(
        difference(right[name], value) is None
        for name, value in zip(DROPOUT_CACHE, cache, strict=False)
    )
