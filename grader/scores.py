"""Which score counts for whom, by the rule of `grader export`."""

from __future__ import annotations

from .reading import NO_SCORE
from .results import NOT_GRADED, Result

#: Decimals of sums, as in the result lines and in the exports.
_DECIMALS = 4


def has_score(result: Result) -> bool:
    """Whether anything is recorded of the submission, be it from an earlier run."""
    return any(item.message != NO_SCORE for item in result.items)


def score_of(result: Result) -> float | None:
    """What counts, never less than nothing; None if there is no score.

    There is none if the submission could not be graded and nobody gave points for it by hand. The
    gradebook holds zeros then, which nobody has judged.
    """
    earned = round(sum(item.score for item in result.items), _DECIMALS)
    void = any(note.startswith(NOT_GRADED) for note in result.notes[:1])
    if not has_score(result) or (void and earned == 0):
        return None
    return max(0.0, result.score)
