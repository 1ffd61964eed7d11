"""What must not be in feedback: hidden inputs, hidden expectations, solutions, another's name.

A made-up class is graded and gets its feedback as a real one does, in a course of its own. Then the
pages are read as a student would read them. A student's own work may stand in the own page, whatever
is in it. Pictures are not looked into.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from testcases.core.protocol import Assignment, Case, Plain, SampleSubmission
from testcases.secret import SECRET_FILE

from .course import CONFIG_FILE, Course
from .errors import GraderError
from .leaks import solution_lines
from .nbgrader_course import Markers
from .notebooks import Notebook, read_notebook, regions, source_of, strings

#: Students are taken from a class of this size, by this seed; grading takes time, so only some.
_CLASS = (24, 1)
_STUDENTS = 6
#: The secret of the made-up class: what is checked here must not hang on a course's own.
_SECRET = bytes(range(32))

#: A number with so many digits after its point is no coincidence.
_DIGITS = 5
_NUMBER = re.compile(rf"(?<![\w.])-?\d+\.\d{{{_DIGITS},}}(?:e[+-]?\d+)?")
#: A line of this length without blanks is also looked for inside longer ones.
_LONG_LINE = 20
_NO_TEXT = ("script", "style")


@dataclass(frozen=True)
class Hidden:
    """What one student's page must not hold."""

    student: str
    #: Numbers of hidden cases and what is expected there, without signs, sorted.
    numbers: np.ndarray
    #: λ and the like, as Python writes them.
    settings: frozenset[str]
    #: Lines without blanks → as written.
    lines: dict[str, str]
    #: Markers, private modules, other students.
    texts: tuple[str, ...]


def feedback_leaks(
    course: Course, assignment: Assignment, source: Notebook, markers: Markers, scratch: Path
) -> list[str]:
    """Everything in a made-up class's feedback that students should not get.

    Args:
        course: whose release, configuration and source count.
        assignment: tells the class and the hidden cases.
        source: the notebook with solutions.
        markers: the markers that this course's notebooks use.
        scratch: an empty folder to work in.

    Raises:
        GraderError: the class cannot be graded.
    """
    from .feedback import write_feedback
    from .progress import track
    from .synthetic import read_handout, write_class

    samples = _of_many_kinds(assignment)
    copy = _course_of_its_own(course, assignment.name, scratch)
    for _ in write_class(read_handout(copy, assignment.name), samples):
        pass
    _grade(copy, assignment)
    students = [sample.student for sample in samples]
    found = []
    pages = write_feedback(copy, assignment.name, students)
    for page in track(pages, "feedback of a made-up class", len(students)):
        if page.file is None:
            found.append(f"{page.student} gets no page: {page.problem}")
            continue
        own = read_notebook(
            copy.submitted(page.student, assignment.name) / f"{assignment.name}.ipynb", ""
        )
        hidden = hidden_from(page.student, students, assignment, source, markers, own)
        text = readable(page.file.read_text(encoding="utf-8"))
        found += [f"the page of {page.student} {what}" for what in shown_in(text, hidden)]
    return found


def _of_many_kinds(assignment: Assignment) -> list[SampleSubmission]:
    """A few students who get as many different verdicts as can be."""
    waiting = list(assignment.sample_class(*_CLASS))
    chosen: list[SampleSubmission] = []
    seen: set[tuple[str, str]] = set()
    while waiting and len(chosen) < _STUDENTS:
        best = max(waiting, key=lambda sample: len(set(sample.expected.items()) - seen))
        waiting.remove(best)
        chosen.append(best)
        seen |= set(best.expected.items())
    return sorted(chosen, key=lambda sample: sample.student)


def _course_of_its_own(course: Course, name: str, scratch: Path) -> Course:
    """A course with the same release and settings, and a gradebook and secret of its own."""
    copy = Course(scratch / "course")
    if not course.release(name).is_dir():
        raise GraderError(f"there is no {course.release(name)}")
    for folder in ("source", "release"):
        shutil.copytree(course.root / folder / name, copy.root / folder / name)
    gradebook = f"sqlite:///{copy.root / 'gradebook.db'}"
    config = course.config_file.read_text(encoding="utf-8")
    config += f"\nc.CourseDirectory.db_url = {gradebook!r}\n"
    (copy.root / CONFIG_FILE).write_text(config, encoding="utf-8")
    (copy.root / SECRET_FILE).write_text(_SECRET.hex() + "\n", encoding="ascii")
    return copy


def _grade(course: Course, assignment: Assignment) -> None:
    """Grade as `grader grade` does; where there is no jail, without: the class is our own."""
    from .batch import Options, grade_class
    from .jail.bubblewrap import JailError
    from .jail.checkup import try_jail
    from .table import watching

    jailed = True
    try:
        try_jail(assignment)
    except JailError as error:
        print(f"{error}\nThe made-up class is harmless: going on without.", file=sys.stderr)
        jailed = False
    options = Options(jobs=os.cpu_count() or 1, jailed=jailed)
    with watching("grading a made-up class") as start:
        grade_class(course, assignment.name, options, start)


def hidden_from(
    student: str,
    students: Sequence[str],
    assignment: Assignment,
    source: Notebook,
    markers: Markers,
    submitted: Notebook,
) -> Hidden:
    """What the page of a student must not hold.

    Args:
        student: who reads the page.
        students: everybody in the class.
        assignment: tells the hidden cases.
        source: the notebook with solutions.
        markers: of this course.
        submitted: what the student handed in.
    """
    cases = [
        case
        for item in assignment.items
        for case in assignment.cases(item, _SECRET, student)
        if case.family != "fixture"
    ]
    public = {
        number for text in (*strings(source), *strings(submitted)) for number in _decimals(text)
    }
    written = {_squeeze(line) for text in strings(submitted) for line in text.split("\n")}
    lines = {**solution_lines(source, markers), **_hidden_test_lines(source, markers)}
    texts = (*markers.all(), *assignment.forbidden_in_release)
    return Hidden(
        student=student,
        numbers=_numbers_of(cases, assignment),
        settings=frozenset(
            repr(value)
            for case in cases
            for value in case.arguments
            if isinstance(value, float) and len(repr(value)) > len("0.5")
        )
        - public,
        lines={
            key: line
            for key, line in lines.items()
            if key not in written and not (_is_long(key) and any(key in own for own in written))
        },
        texts=(
            *dict.fromkeys(texts),
            *(other for other in students if other != student),
        ),
    )


def _hidden_test_lines(source: Notebook, markers: Markers) -> dict[str, str]:
    """The hidden parts of test cells."""
    return {
        _squeeze(line): line.strip()
        for cell in source["cells"]
        for region in regions(source_of(cell), markers.hidden_tests)
        for line in region.lines
        if _squeeze(line)
    }


def _numbers_of(cases: Sequence[Case], assignment: Assignment) -> np.ndarray:
    """Every number of the cases and of what is expected there, but for zeros and ones."""
    found = [np.zeros(0)]
    with np.errstate(all="ignore"):
        for case in cases:
            found += _arrays(case.arguments)
            found += _arrays(dict(assignment.oracle.expect(case, {})))
    numbers = np.abs(np.concatenate(found))
    numbers = numbers[np.isfinite(numbers) & (numbers != np.round(numbers))]
    return np.unique(numbers)


def _arrays(value: Plain) -> Iterator[np.ndarray]:
    if isinstance(value, dict | tuple):
        for element in value.values() if isinstance(value, dict) else value:
            yield from _arrays(element)
    elif isinstance(value, np.ndarray | float | int) and not isinstance(value, bool):
        yield np.asarray(value, dtype=float).ravel()


def shown_in(text: str, hidden: Hidden) -> Iterator[str]:
    """What a page shows of what it must not, as the ends of sentences."""
    for number in dict.fromkeys(_NUMBER.findall(text)):
        if _is_one_of(number, hidden.numbers):
            yield f"shows {number}, a number of a hidden case"
    for number in sorted(hidden.settings.intersection(_decimals(text))):
        yield f"shows {number}, a setting of a hidden case"
    squeezed = {_squeeze(line) for line in text.split("\n")}
    for key, line in hidden.lines.items():
        if key in squeezed or (_is_long(key) and any(key in other for other in squeezed)):
            yield f"shows the line `{line}`"
    for word in hidden.texts:
        if word in text:
            yield f"contains {word!r}"


def _is_long(key: str) -> bool:
    return len(key) >= _LONG_LINE


def _decimals(text: str) -> list[str]:
    return re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\w)", text)


def _is_one_of(number: str, numbers: np.ndarray) -> bool:
    """Whether a number as printed is one of these, rounded to as many digits."""
    mantissa, _, exponent = number.lstrip("-").partition("e")
    step = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    value = float(number.lstrip("-"))
    place = np.searchsorted(numbers, value)
    near = numbers[max(0, place - 1) : place + 1]
    return bool((np.abs(near - value) <= 0.51 * step).any())


def _squeeze(line: str) -> str:
    """The line without blanks, as `leaks.solution_lines` has its keys."""
    return re.sub(r"\s+", "", line.strip().lstrip("#>"))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _NO_TEXT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _NO_TEXT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def readable(page: str) -> str:
    """The text of a page of HTML, without programs and styles."""
    reader = _Text()
    reader.feed(page)
    reader.close()
    return "".join(reader.parts)
