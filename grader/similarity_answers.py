"""The texts that `similarity` compares: each student's answers, as the graft put them into place.

The autograded notebook is the instructor's own, cell for cell, with the student's answers in the answer
cells whatever was renamed or moved, and the student's own cells in between (`graft`). So nothing is matched
here again. What the release holds was given out, and is nobody's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .class_results import ClassResults
from .course import Course
from .notebooks import Notebook, nbgrader_of, read_notebook, source_of
from .similarity import Similarity, find_pairs

#: Under these names stand the student's own cells, beside the grade_ids of the answers.
OWN_CODE = "own cells"
OWN_TEXT = "own text cells"
#: Under these, what the release holds beside the answer cells.
_GIVEN_CODE = "given code"
_GIVEN_TEXT = "given text"


@dataclass(frozen=True)
class GivenTexts:
    """What students were given."""

    #: For `find_pairs`: the released answer cells by grade_id, and the rest of the release.
    templates: Mapping[str, str]
    #: The names of the answers and templates that are prose.
    written: frozenset[str]
    #: The ids of the release's cells.
    cell_ids: frozenset[str]


@dataclass(frozen=True)
class AnswerTexts:
    """Everything that `find_pairs` wants to know."""

    answers: Mapping[str, Mapping[str, str]]
    given: GivenTexts
    #: Students whose autograded notebook is not there or cannot be read, sorted.
    unread: tuple[str, ...]


def compare_answers(course: Course, found: ClassResults) -> Similarity:
    """Which answers of a graded class are more alike than chance explains.

    Raises:
        GraderError: the release cannot be read.
    """
    students = [standing.result.student for standing in found.graded]
    texts = read_answers(course, found.assignment.name, students)
    return find_pairs(texts.answers, texts.given.templates, texts.given.written)


def read_answers(course: Course, assignment: str, students: Iterable[str]) -> AnswerTexts:
    """The answers of these students, from their autograded notebooks.

    Raises:
        GraderError: the release cannot be read.
    """
    name = f"{assignment}.ipynb"
    remedy = f"Run: grader release {assignment}"
    given = given_texts(read_notebook(course.release(assignment) / name, remedy))
    answers: dict[str, Mapping[str, str]] = {}
    unread = []
    for student in sorted(students):
        try:
            raw = (course.autograded(student, assignment) / name).read_bytes()
            answers[student] = answers_in(json.loads(raw), given)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # These files are the recorder's. One that somebody damaged must not keep the report back.
            unread.append(student)
    return AnswerTexts(answers, given, tuple(unread))


def given_texts(release: Notebook) -> GivenTexts:
    """What the released notebook gives to everybody."""
    templates: dict[str, str] = {}
    written = {OWN_TEXT, _GIVEN_TEXT}
    rest: dict[str, list[str]] = {_GIVEN_CODE: [], _GIVEN_TEXT: []}
    for cell in release["cells"]:
        settings = nbgrader_of(cell)
        is_code = cell["cell_type"] == "code"
        if settings.get("solution"):
            grade_id = settings["grade_id"]
            templates[grade_id] = source_of(cell)
            if not is_code:
                written.add(grade_id)
        else:
            rest[_GIVEN_CODE if is_code else _GIVEN_TEXT].append(source_of(cell))
    templates |= {name: "\n\n".join(texts) for name, texts in rest.items()}
    cell_ids = frozenset(cell["id"] for cell in release["cells"] if "id" in cell)
    return GivenTexts(templates, frozenset(written), cell_ids)


def answers_in(notebook: Notebook, given: GivenTexts) -> dict[str, str]:
    """The answers in an autograded notebook by grade_id, and the student's own cells."""
    answers: dict[str, str] = {}
    own: dict[str, list[str]] = {OWN_CODE: [], OWN_TEXT: []}
    for cell in notebook["cells"]:
        settings = nbgrader_of(cell)
        if settings.get("solution"):
            answers[settings["grade_id"]] = source_of(cell)
        elif not settings and cell.get("id") not in given.cell_ids:
            own[OWN_CODE if cell["cell_type"] == "code" else OWN_TEXT].append(source_of(cell))
    return answers | {name: "\n\n".join(texts) for name, texts in own.items() if texts}
