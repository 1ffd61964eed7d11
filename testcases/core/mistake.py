"""A known misconception. Private: its formula would give the right one away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """What is told of one mistake."""

    #: The wrong formula, as a student would write it.
    formula: str
    #: What the student reads: kind, specific, pointing at a term or a shape, never the line to write.
    hint: str
    #: For the instructor: what is behind it, and what to say about it.
    note: str
