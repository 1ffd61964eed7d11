"""A report as data: one JSON object with all its figures, and a table with a row for each student.

The keys of the object are described in docs/report.md; `FORMAT` grows when one of them changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from .class_results import Standing
from .report import Report
from .report_movement import Movement
from .report_statistics import Bar, ScoreSummary
from .results import Result
from .similarity import Similarity
from .spreadsheet import Cell, lines
from .words import joined

FORMAT = 3
_DAY = 86_400.0


def document(report: Report) -> dict[str, Any]:
    """All the figures, as plain data."""
    return {
        "format": FORMAT,
        "assignment": report.assignment,
        "title": report.title,
        "written": _time(report.written),
        "finding": list(report.finding),
        "students": {
            "handed_in": report.handed_in,
            "graded": len(report.standings) - len(report.ungradable),
            "run": report.run,
            "ungradable": list(report.ungradable),
            "not_graded": [asdict(one) for one in report.ungraded],
        },
        "scores": {
            "max_score": report.max_score,
            **_scores(report.scores),
            "distribution": _bars(report.bars),
        },
        "items": [
            {
                **asdict(one),
                "name": report.names[one.grade_id],
                "earned": [{"points": points, "count": count} for points, count in one.earned],
                "unexplained": len(report.unexplained.get(one.grade_id, ())),
            }
            for one in report.figures
        ],
        "mistakes": [
            {
                **asdict(one.figures),
                "hint": one.hint,
                "note": one.note,
                "example": {
                    key: getattr(one.example, key) for key in ("student", "code", "message")
                },
            }
            for one in report.mistakes
        ],
        "carried": [asdict(one) for one in report.carried],
        "attention": [asdict(one) for one in report.attention],
        "stopped": [
            {key: value for key, value in asdict(one).items() if key != "what"}
            for one in report.stops
        ],
        "late": {
            "has_deadline": report.has_deadline,
            "students": [
                {**asdict(one), "handed_in": _time(one.handed_in), "due": _time(one.due)}
                for one in report.late
            ],
        },
        "waiting": [asdict(one) for one in report.waiting],
        "noticed": {student: list(notes) for student, notes in report.noticed.items()},
        "movement": None if report.movement is None else _movement(report.movement),
        "similarity": None if report.similarity is None else _similarity(report.similarity),
    }


def _scores(found: ScoreSummary | None) -> dict[str, Any]:
    """The scores in a few numbers; all unknown if there are none."""
    if found is None:
        return {**dict.fromkeys(ScoreSummary.__dataclass_fields__), "count": 0}
    return asdict(found)


def _similarity(found: Similarity) -> dict[str, Any]:
    pairs = [
        {
            "first": pair.a,
            "second": pair.b,
            "score": pair.score,
            "shared": list(map(str, pair.shared)),
        }
        for pair in found.pairs
    ]
    return {
        "sentence": found.sentence,
        "limits": list(found.limits),
        "students": found.students,
        "threshold": found.threshold,
        "pairs": pairs,
    }


def json_text(report: Report) -> str:
    """The object as a file's text, in ASCII."""
    return json.dumps(document(report), indent=1, allow_nan=False) + "\n"


def _movement(moved: Movement) -> dict[str, Any]:
    return {
        **asdict(moved),
        "moved": [{**asdict(one), "change": round(one.change, 4)} for one in moved.moved],
        "bars": _bars(moved.bars),
    }


def _bars(bars: tuple[Bar, ...]) -> list[dict[str, Any]]:
    return [
        {"low": round(bar.low, 4), "high": round(bar.high, 4), "count": bar.count} for bar in bars
    ]


def _time(moment: datetime) -> str:
    """In ISO 8601, as UTC. The gradebook's times have no zone, and are UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")


def csv_text(report: Report) -> str:
    """One row for each student, safe to be opened in a spreadsheet."""
    header = ["student", "status", "score", "max_score", "handed_in", "days_late", "penalty"]
    for item in report.items:
        header += [f"{item.grade_id}_{what}" for what in ("score", "max", "verdict", "mistake")]
    return "".join(lines([[*header, "notes"], *_rows(report)]))


def _rows(report: Report) -> Iterator[list[Cell]]:
    """Sorted by student, those that are not graded among them."""
    graded: Mapping[str, Standing] = {one.result.student: one for one in report.standings}
    reasons = {one.student: one.reason for one in report.ungraded}
    for student in sorted([*graded, *reasons]):
        if student in graded:
            yield _row(graded[student])
        else:
            blank: list[Cell] = [None] * (5 + 4 * len(report.items))
            name = student.encode("utf-8", "backslashreplace").decode()  # it need not be text
            yield [name, "not_graded", *blank, reasons[student]]


def _row(standing: Standing) -> list[Cell]:
    result, graded = standing.result, standing.score is not None
    row: list[Cell] = [
        result.student,
        result.status if graded else "not_graded",
        standing.score,
        result.max_score,
        None if standing.handed_in is None else _time(standing.handed_in),
        round(standing.seconds_late / _DAY, 4),
        standing.penalty if graded else None,
    ]
    for item in result.items:
        score = item.score if graded and not item.waits else None
        verdict = item.verdict if graded else None
        row += [score, item.max_score, verdict, item.mistake]
    return [*row, joined(result.notes)]


def lines_of(results: tuple[Result, ...]) -> str:
    """The result lines that a report rests on, as `grader grade --json` writes them."""
    return "".join(result.line() + "\n" for result in results)
