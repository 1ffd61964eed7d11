"""Short names for what can be seen without knowing any formula: exceptions, gaps, answers that are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .protocol import Case, Finding, Item, Observation, Outcome

_BY_OUTCOME: Mapping[Outcome, str] = {
    "undefined": "function-not-defined",
    "not_attempted": "gap-left-empty",
    "timeout": "no-end",
    "memory": "too-much-memory",
    "died": "process-ended",
}
_BY_EXCEPTION = {
    "NameError": "name-not-defined",
    "UnboundLocalError": "name-not-defined",
    "MissingFunctionError": "function-not-defined",
    "UnfitResultError": "other-kind-of-answer",
    "TypeError": "types-do-not-fit",
    "ValueError": "shapes-do-not-fit",
    "KeyError": "key-not-found",
    "IndexError": "index-out-of-range",
    "AttributeError": "attribute-not-found",
    "ZeroDivisionError": "division-by-zero",
    "RecursionError": "endless-recursion",
    "AssertionError": "own-assertion-failed",
}
INPUTS_CHANGED = "inputs-changed"
#: How the names of those mistakes end that are a number in place of an argument.
_BUILT_IN = "-hard-coded"


def fault_name(
    item: Item, cases: Sequence[Case], observations: Sequence[Observation]
) -> str | None:
    """What is the matter with the first call that gave no answer, or one with a hole; None if all did."""
    for _, seen in zip(cases, observations, strict=True):
        if seen.outcome == "undefined" and seen.fault is not None and seen.fault.line:
            return "syntax-error"
        if seen.outcome in _BY_OUTCOME:
            return _BY_OUTCOME[seen.outcome]
        if seen.outcome == "raised":
            return _raised(seen)
        entries = item.unpack(seen.value)
        if entries is None:
            return "return-forgotten" if seen.value is None else "other-kind-of-answer"
        wanted = [name for part in item.parts for name in part.entries]
        if any(name in entries and entries[name] is None for name in wanted):
            return "none-left-in"
        if any(name not in entries for name in wanted):
            return "entry-missing"
    return None


def _raised(seen: Observation) -> str:
    fault = seen.fault
    if fault is None:
        return "other-exception"
    if fault.type == "TypeError" and "NoneType" in fault.message:
        return "none-left-in"
    return _BY_EXCEPTION.get(fault.type, "other-exception")


def may_be_built_in(findings: Sequence[Finding] | None) -> bool:
    """Whether an answer that is right on the example alone may have a number of the example in it.

    Not if another mistake is named: to look for such a number would lead astray then.
    """
    return not findings or any(one.name.endswith(_BUILT_IN) for one in findings)
