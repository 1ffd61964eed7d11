"""Which score counts for whom, by the rule of `grader export`."""

from __future__ import annotations

from .reading import NO_SCORE
from .results import NOT_GRADED, Result


def has_score(result: Result) -> bool:
    """Whether anything is recorded of the submission, be it from an earlier run."""
    return any(item.message != NO_SCORE for item in result.items)


def score_of(result: Result) -> float | None:
    """What counts; None if there is no score.

    There is none if the submission could not be graded and nobody gave points for it by hand, be it
    none. The gradebook holds zeros then, which nobody has judged.
    """
    void = any(note.startswith(NOT_GRADED) for note in result.notes)
    return result.score if has_score(result) and not void else None
