"""Reading judgements from autograded notebooks, and putting them together with the gradebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.reading import TIMEOUT_ERROR, read_items
from grader.result_lines import read_lines
from grader.results import (
    Grade,
    Grades,
    Record,
    Result,
    assemble,
    disagreements,
    read_record,
    write_record,
)
from grader.scores import score_of
from grader.table import MARKS, printable, summary, table
from grader.words import joined, points
from testcases import load_assignment
from testcases.core.check import MIME_TYPE
from testcases.core.protocol import Item

ITEMS = load_assignment("regularization").items
FIRST = ITEMS[0]
RECORD = Record("d1", "b1", None, ())


def judgement(item: Item = FIRST, **changed: Any) -> dict[str, Any]:
    """A judgement as the judge writes it: full points, unless changed."""
    told = {
        "grade_id": item.grade_id,
        "score": float(item.points),
        "max_score": item.points,
        "verdict": "correct",
        "mistake": None,
        "message": "all right",
        "parts": [],
    }
    return {**told, **changed}


def result_output(told: Any, shown: str | None = None) -> dict[str, Any]:
    """The output of a test cell with this judgement, and the number beside it."""
    number = shown if shown is not None else repr(float(told["score"]))
    return {
        "output_type": "execute_result",
        "data": {"text/plain": [number], MIME_TYPE: told},
        "metadata": {},
        "execution_count": 1,
    }


def cell(item: Item, *outputs: dict[str, Any]) -> dict[str, Any]:
    """A graded cell."""
    made = {"metadata": {"nbgrader": {"grade_id": item.grade_id}}, "source": ""}
    if item.manual:
        return {**made, "cell_type": "markdown"}
    return {**made, "cell_type": "code", "outputs": list(outputs)}


def notebook(*first_outputs: dict[str, Any]) -> dict[str, Any]:
    """A notebook where all is right, but for what the first test cell shows."""
    shown = {item.grade_id: (result_output(judgement(item)),) for item in ITEMS}
    shown[FIRST.grade_id] = first_outputs
    return {"metadata": {}, "cells": [cell(item, *shown[item.grade_id]) for item in ITEMS]}


def grades(penalty: float = 0.0, **changed: Grade) -> Grades:
    """A gradebook that gives full points, but for what is changed; the answer awaits a person."""
    rows = {
        item.grade_id: Grade(None, None, 0.0)
        if item.manual
        else Grade(float(item.points), None, float(item.points))
        for item in ITEMS
    }
    return Grades({**rows, **changed}, penalty)


def result(
    outputs: tuple[dict[str, Any], ...] = (result_output(judgement()),),
    rows: Grades | None = None,
    record: Record = RECORD,
) -> Result:
    """The result of a submission of ada's."""
    return assemble("ada", "regularization", ITEMS, notebook(*outputs), record, rows or grades())


def test_result_line_has_exactly_the_fields_that_others_rely_on() -> None:
    """The JSON line keeps DESIGN's keys, in one line, with every item in the assignment's order."""
    text = result().line()
    line = json.loads(text)
    assert "\n" not in text
    assert list(line) == [
        "student",
        "assignment",
        "status",
        "score",
        "max_score",
        "items",
        "notes",
        "digest",
    ]
    assert [item["grade_id"] for item in line["items"]] == [item.grade_id for item in ITEMS]
    assert list(line["items"][0]) == [
        "grade_id",
        "score",
        "max_score",
        "verdict",
        "mistake",
        "message",
    ]
    assert (line["status"], line["score"], line["max_score"]) == ("graded", 90.0, 100.0)


def test_result_line_survives_a_name_that_is_not_unicode() -> None:
    """A folder name with stray bytes neither breaks the line nor comes back as another name."""
    odd = b"\xff\x1b[2J".decode("utf-8", "surrogateescape")
    made = assemble(odd, "regularization", ITEMS, notebook(), RECORD, grades())
    assert json.loads(made.line().encode("ascii"))["student"] == odd


@pytest.mark.parametrize(
    "told",
    [
        judgement(grade_id="test_other"),
        judgement(max_score=100),
        judgement(score=16.0),
        judgement(score=-1.0, verdict="incorrect"),
        judgement(score=float("nan")),
        judgement(score=True),
        judgement(score="15.0"),
        judgement(score=3.0),
        judgement(score=0.0, verdict="partial"),
        judgement(verdict="incorrect"),
        judgement(verdict="manual", score=0.0),
        judgement(verdict="splendid"),
        judgement(verdict=["correct"]),
        judgement(mistake="Not Kebab"),
        judgement(mistake=7),
        judgement(message=None),
        "15.0",
        None,
        [],
    ],
)
def test_judgement_with_a_field_out_of_order_is_not_believed(told: Any) -> None:
    """Whatever a judge would not write counts 0 and is put before a person."""
    score = told.get("score") if isinstance(told, dict) else 15.0
    output = result_output(told, shown=str(score))
    made = result((output,), grades(**{FIRST.grade_id: Grade(0.0, None, 0.0)}))
    assert made.items[0].verdict == "error"
    assert made.status == "needs_attention"
    assert read_items(notebook(output), ITEMS)[FIRST.grade_id].score == 0.0


def test_judgement_must_agree_with_the_number_that_nbgrader_reads() -> None:
    """Full points shown beside a judgement of less are not believed, nor the other way round."""
    three = judgement(score=3.0, verdict="partial")
    assert read_items(notebook(result_output(three)), ITEMS)[FIRST.grade_id].score == 3.0
    forged = result_output(three, shown="15.0")
    assert read_items(notebook(forged), ITEMS)[FIRST.grade_id].score == 0.0


def test_two_judgements_in_one_cell_are_not_believed() -> None:
    """A cell shows one result; who adds another is not the judge."""
    twice = (result_output(judgement()), result_output(judgement()))
    assert read_items(notebook(*twice), ITEMS)[FIRST.grade_id].score == 0.0


def test_displayed_data_are_no_result() -> None:
    """Only the cell's own result carries a judgement; anybody can display something."""
    shown = {**result_output(judgement()), "output_type": "display_data"}
    assert read_items(notebook(shown), ITEMS)[FIRST.grade_id].score == 0.0


def test_cell_without_output_scores_nothing() -> None:
    """nbgrader gives full marks to a test cell that did not run; here it needs a person."""
    made = result((), grades(**{FIRST.grade_id: Grade(0.0, None, 0.0)}))
    assert made.items[0].score == 0.0
    assert "skip-execution" in made.items[0].message
    assert made.status == "needs_attention"


def test_error_in_a_test_cell_is_told_without_addresses() -> None:
    """The student reads what was raised; the memory address in it, different in each run, is left out."""
    error = {
        "output_type": "error",
        "ename": "TypeError",
        "evalue": "<object at 0x7f2e3c2bdf50> is no array",
        "traceback": [],
    }
    message = read_items(notebook(error), ITEMS)[FIRST.grade_id].message
    assert "TypeError: <object at 0x…> is no array" in message


def test_cell_that_ran_out_of_time_says_so() -> None:
    """A timeout is not called an error."""
    stopped = {"output_type": "error", "ename": TIMEOUT_ERROR, "evalue": "", "traceback": []}
    made = result((stopped,), grades(**{FIRST.grade_id: Grade(0.0, None, 0.0)}))
    assert (made.items[0].verdict, made.status) == ("timeout", "needs_attention")


def test_missing_and_doubled_cells_need_a_person() -> None:
    """A test cell must be there once, whatever the copies say."""
    whole = notebook(result_output(judgement()))
    lacking = {**whole, "cells": whole["cells"][1:]}
    doubled = {**whole, "cells": [whole["cells"][0], *whole["cells"]]}
    for changed in (lacking, doubled):
        made = assemble("ada", "regularization", ITEMS, changed, RECORD, grades())
        assert (made.items[0].verdict, made.status) == ("error", "needs_attention")


def test_answer_awaits_a_person_until_one_gave_points() -> None:
    """A hand-graded item is manual, with the person's points as soon as there are any."""
    item = ITEMS[-1]
    waiting = result().items[-1]
    read = result(rows=grades(**{item.grade_id: Grade(None, 7.5, 7.5)})).items[-1]
    assert (waiting.verdict, waiting.score) == ("manual", 0.0)
    assert (read.verdict, read.score) == ("manual", 7.5)
    assert (waiting.waits, read.waits) == (True, False)
    assert "has read" in read.message


def test_untouched_answer_is_not_attempted() -> None:
    """nbgrader gives 0 to an answer that is as handed out; nobody has to read it."""
    rows = grades(**{ITEMS[-1].grade_id: Grade(0.0, None, 0.0)})
    assert result(rows=rows).items[-1].verdict == "not_attempted"


def test_penalty_and_points_given_by_hand_count_and_are_noted() -> None:
    """The total is the gradebook's: with a person's correction, less the penalty."""
    made = result(rows=grades(penalty=5.0, **{FIRST.grade_id: Grade(15.0, 3.0, 3.0)}))
    assert made.score == 90.0 - 12.0 - 5.0
    assert any("by hand" in note for note in made.notes)
    assert any("late" in note for note in made.notes)
    assert made.status == "graded"


def test_submission_that_could_not_be_graded_says_why_in_every_item() -> None:
    """The problem reaches the person who grades and the student who reads one item's message."""
    record = Record("d1", "b1", "the file is cut off", ("timestamp.txt was left aside",))
    nothing = Grades({item.grade_id: Grade(0.0, None, 0.0) for item in ITEMS}, 0.0)
    made = assemble("ada", "regularization", ITEMS, {"cells": []}, record, nothing)
    assert made.status == "needs_attention"
    assert made.notes == ("not graded: the file is cut off", "timestamp.txt was left aside")
    assert all("the file is cut off" in item.message for item in made.items)


def test_disagreements_are_found_in_both_directions() -> None:
    """The gradebook must hold the judge's points, neither more nor less, and none is not 0."""
    half = notebook(result_output(judgement(score=7.5, verdict="partial")))
    readings = read_items(half, ITEMS)
    for recorded in (None, 0.0, 15.0):
        rows = grades(**{FIRST.grade_id: Grade(recorded, None, recorded or 0.0)})
        assert disagreements(readings, rows) == {FIRST.grade_id: 7.5}
    assert disagreements(readings, grades(**{FIRST.grade_id: Grade(7.5, None, 7.5)})) == {}


def test_record_comes_back_as_it_was_written() -> None:
    """What the grader writes into a notebook is what it reads from it."""
    made: dict[str, Any] = {"cells": [], "metadata": {"kernelspec": {}}}
    record = Record("d1", "b1", "a problem", ("a note",))
    write_record(made, record)
    assert read_record(json.loads(json.dumps(made))) == record


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"digest": "d"},
        {"digest": 1, "basis": "b", "problem": None, "notes": []},
        {"digest": "d", "basis": "b", "problem": 2, "notes": []},
        {"digest": "d", "basis": "b", "problem": None, "notes": [3]},
    ],
)
def test_record_that_makes_no_sense_is_none(data: Any) -> None:
    """A submission with a damaged record is graded again rather than half believed."""
    assert read_record({"metadata": {"grader": data}, "cells": []}) is None


def test_table_has_a_mark_for_every_verdict_and_hides_control_characters() -> None:
    """Names that students choose cannot move the cursor of whoever grades."""
    made = assemble("eve\x1b[2J", "regularization", ITEMS, notebook(), RECORD, grades())
    lines = table([result(), made], ITEMS)
    assert not any("\x1b" in line for line in lines)
    assert "90 of 100  ✔ ✔ ✔ ✔ ✔ ✎" in lines[1]
    assert len({mark for mark, _ in MARKS.values()}) == len(MARKS)
    assert printable("é ✔") == "é ✔"


def test_what_could_not_be_graded_has_no_score_in_table_and_mean() -> None:
    """As in report and exports: the zeros of such a submission are nobody's judgement."""
    nothing = Grades({item.grade_id: Grade(0.0, None, 0.0) for item in ITEMS}, 0.0)
    void = result((), nothing, Record("d2", "b1", "it is empty", ()))
    lines = table([result(), void], ITEMS)
    assert lines[2].split()[1] == "–"
    assert "1 without a score, mean score 90 of 100" in summary([result(), void], fresh=2)


def test_none_given_by_hand_is_a_score() -> None:
    """Where a person decided on an ungradable hand-in, be it 0 points or some on top, that counts."""
    void = Record("d2", "b1", "it is empty", ())
    zeros = {item.grade_id: Grade(0.0, None, 0.0) for item in ITEMS}
    for decided, score in ((Grade(0.0, 0.0, 0.0), 0.0), (Grade(0.0, None, 3.0), 3.0)):
        made = result((), Grades({**zeros, FIRST.grade_id: decided}, 0.0), void)
        assert score_of(made) == score
        assert made.notes[0] == "graded by hand only: it is empty"
    assert score_of(result((), Grades(zeros, 0.0), void)) is None


def test_a_penalty_never_takes_more_than_there_is() -> None:
    """By nbgrader's rule a score is never less than nothing, wherever it is told."""
    late = result(rows=grades(penalty=1000.0))
    assert (late.score, json.loads(late.line())["score"], score_of(late)) == (0.0, 0.0, 0.0)
    assert "1000 points were taken off because it was late" in late.notes
    assert "1 point was taken off because it was late" in result(rows=grades(penalty=0.999)).notes


@pytest.mark.parametrize("value", [1e12, 1e30, -1e308, float("inf"), float("nan")])
def test_absurd_points_can_be_written(value: float) -> None:
    """Somebody may have typed them into the gradebook; a class is graded and told all the same."""
    assert 0 < len(points(value)) < 12


def test_notes_are_one_line() -> None:
    """A note that is a sentence does not end within the line."""
    assert (
        joined(["cells changed.", "The answer is missing."])
        == "cells changed; The answer is missing."
    )
    assert joined([]) == ""


def test_summary_counts_what_needs_a_person() -> None:
    """Two kinds of work for a person are told apart: answers to read, and hand-ins to look at."""
    text = summary([result(), result(())], fresh=1)
    assert "1 of them graded now" in text
    assert "2 with an answer for a person to read" in text
    assert "1 needs attention" in text
    assert summary([result()], fresh=1).startswith("1 submission, ")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_lines_without_an_end_are_refused() -> None:
    """What `--before` names may be anything: a device does not fill the memory."""
    with pytest.raises(UsageError, match=r"/dev/zero, line 1: it is too long"):
        read_lines(Path("/dev/zero"), "regularization")
