"""Support for tests of reports: a class that was graded by nobody, with every kind of result in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser

from grader.course import Course
from grader.nbgrader_course import nbgrader_for
from grader.outputs import test_outputs as outputs_of
from grader.records import Records, Scores, no_penalty
from grader.results import ItemResult, Record, Result, write_record
from testcases import load_assignment
from testcases.core.protocol import Item, Judgement, Verdict
from testcases.core.wording import graded_by_hand

NAME = "regularization"
ITEMS = load_assignment(NAME).items
IDS = tuple(item.grade_id for item in ITEMS)
COST, BACK, FORWARD, BACK_DROPOUT, TRAINING, WRITTEN = IDS
FULL = tuple(float(item.points) for item in ITEMS)
ON_TIME = datetime(2026, 1, 30, 17)


def item_result(item: Item, score: float | None, **changed: object) -> ItemResult:
    """An item's result with so many points; None where a person has still to give them."""
    verdict: Verdict = "incorrect"
    if score is None or item.manual:
        verdict = "manual"
    elif score == item.points:
        verdict = "correct"
    elif score > 0:
        verdict = "partial"
    told = {
        "grade_id": item.grade_id,
        "score": score or 0.0,
        "max_score": float(item.points),
        "verdict": verdict,
        "mistake": None,
        "message": graded_by_hand() if score is None else "…",
    }
    return ItemResult(**{**told, **changed})  # type: ignore[arg-type]


def result_of(student: str, *items: ItemResult, **changed: object) -> Result:
    """A result of these items."""
    told = {
        "student": student,
        "assignment": NAME,
        "status": "graded",
        "score": sum(item.score for item in items),
        "max_score": sum(item.max_score for item in items),
        "items": tuple(items),
        "notes": (),
        "digest": "d",
    }
    return Result(**{**told, **changed})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Hand:
    """What a student of the made-up class came to."""

    student: str
    #: Points by grade_id, of all points otherwise; the written answer waits.
    points: Mapping[str, float] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str | None = None
    handed_in: datetime | None = ON_TIME


@contextmanager
def records_of(course: Course) -> Iterator[Records]:
    """The course's gradebook."""
    with (
        nbgrader_for(course) as nbgrader,
        closing(Records(nbgrader.gradebook_url, nbgrader.course_id, NAME)) as records,
    ):
        yield records


def put(course: Course, *hands: Hand) -> None:
    """Lay down autograded notebooks and gradebook rows as a grading does."""
    with records_of(course) as records:
        for hand in hands:
            folder = course.autograded(hand.student, NAME)
            folder.mkdir(parents=True, exist_ok=True)
            course.submitted(hand.student, NAME).mkdir(parents=True, exist_ok=True)
            text = json.dumps(_notebook(hand))
            (folder / f"{NAME}.ipynb").write_text(text, encoding="utf-8")
            points = {item.grade_id: None if item.manual else _score(hand, item) for item in ITEMS}
            if hand.problem is not None:
                points = dict.fromkeys(points, 0.0)
            void = hand.problem is not None
            records.write(Scores(hand.student, hand.handed_in, points, void=void), no_penalty)


def _score(hand: Hand, item: Item) -> float:
    return float(hand.points.get(item.grade_id, item.points))


def _notebook(hand: Hand) -> dict[str, object]:
    cells = [
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": name}}, "source": source}
        for name, source in hand.code.items()
    ]
    for item in ITEMS:
        metadata = {"nbgrader": {"grade_id": item.grade_id}}
        if item.manual:
            cells.append({"cell_type": "markdown", "metadata": metadata, "source": ""})
            continue
        score = _score(hand, item)
        verdict: Verdict = "correct" if score == item.points else "partial"
        verdict = hand.verdicts.get(item.grade_id, verdict if score else "incorrect")
        judgement = Judgement(
            item.grade_id,
            score,
            item.points,
            verdict,
            hand.messages.get(item.grade_id, f"{item.name}: {score:g}"),
            hand.mistakes.get(item.grade_id),
        )
        cells.append(
            {
                "cell_type": "code",
                "metadata": metadata,
                "source": "",
                "outputs": outputs_of(judgement),
            }
        )
    notebook: dict[str, object] = {"cells": cells, "metadata": {}}
    write_record(notebook, Record("digest", "basis", hand.problem, hand.notes))
    return notebook


class Page(HTMLParser):
    """A page taken apart: its elements, the texts of its table cells, and all its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        #: (tag, attributes) in order.
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        #: By the label of the region around the table: rows of cells.
        self.tables: dict[str, list[list[str]]] = {}
        self.text = ""
        self._table: list[list[str]] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if attributes.get("role") == "region":
            self._table = self.tables.setdefault(str(attributes["aria-label"]), [])
        if tag == "tr":
            self._table.append([])
        if tag in ("td", "th"):
            self._table[-1].append("")
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "style" in self._inside:
            return
        self.text += data
        if {"td", "th"} & set(self._inside):
            self._table[-1][-1] += data

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of these kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]
