"""The checks that an assignment must pass before it is released, one small function each.

A check looks at its subject and returns what is wrong, as sentences; nothing wrong is a pass.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from .aside import running
from .feedback_leaks import feedback_leaks
from .gate import Check, Subject, contents
from .leaks import find_leaks
from .notebooks import Notebook
from .progress import Progress
from .shipping import stale
from .structure import release_problems, source_problems
from .trial import run_notebook, with_locked_cells


def _structure(subject: Subject) -> list[str]:
    return source_problems(subject.source, subject.assignment, subject.markers)


def _copies(subject: Subject) -> list[str]:
    return [str(difference) for difference in stale(subject.course, subject.assignment)]


def _materials(subject: Subject) -> list[str]:
    """The assignment's own word on its data and tables, if it has any to say."""
    return list(subject.assignment.self_check())


def _up_to_date(subject: Subject) -> list[str]:
    if not subject.release_folder.is_dir():
        return [f"there is no {subject.release_folder}"]
    return _differences(
        subject.draft, contents(subject.release_folder), "is not what the source makes"
    )


def _comes_out_the_same(subject: Subject) -> list[str]:
    return _differences(subject.draft, subject.generated(), "is another one each time")


def _differences(draft: Mapping[str, bytes], release: Mapping[str, bytes], other: str) -> list[str]:
    return [
        *(f"{path} is missing" for path in sorted(draft.keys() - release.keys())),
        *(
            f"{path} does not come from the source"
            for path in sorted(release.keys() - draft.keys())
        ),
        *(
            f"{path} {other}"
            for path in sorted(draft.keys() & release.keys())
            if draft[path] != release[path]
        ),
    ]


def _release_structure(subject: Subject) -> list[str]:
    return release_problems(subject.source, subject.release(), subject.markers)


def _leaks(subject: Subject) -> list[str]:
    if not subject.release_folder.is_dir():
        return [f"there is no {subject.release_folder}"]
    leaks = find_leaks(subject.release_folder, subject.source, subject.assignment, subject.markers)
    return [str(leak) for leak in leaks]


def _release_earns_nothing(subject: Subject) -> list[str]:
    notebook = with_locked_cells(subject.release(), subject.source)
    trial = run_notebook(
        subject.course, subject.release_folder, notebook, _bar(notebook, "the empty release")
    )
    tests = [item.grade_id for item in subject.assignment.items if not item.manual]
    return [
        *(f"{name} earns {trial.scores[name]:g}" for name in tests if trial.scores.get(name)),
        *(
            f"cell {name!r} stops with {error}, where it should explain"
            for name in tests
            if (error := trial.errors.get(f"cell {name!r}"))
        ),
    ]


def _solution_earns_all(subject: Subject) -> list[str]:
    bar = _bar(subject.source, "the solution")
    trial = run_notebook(subject.course, subject.source_folder, subject.source, bar)
    return [
        *_sentences(trial.errors),
        *(
            f"{item.grade_id} earns {trial.scores.get(item.grade_id, 0):g} of {item.points:g}"
            for item in subject.assignment.items
            if not item.manual and trial.scores.get(item.grade_id, 0) != item.points
        ),
        *_sentences(trial.complaints),
    ]


def _everything_runs(subject: Subject) -> list[str]:
    with ExitStack() as stack:
        whole = subject.whole or stack.enter_context(
            running(subject.course, subject.source_folder, subject.source)
        )
        trial = whole()
    return [*_sentences(trial.errors), *_sentences(trial.complaints)]


def _bar(notebook: Notebook, label: str) -> Progress:
    return Progress(label, len(notebook["cells"]))


def _feedback(subject: Subject) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="grader-verify-") as scratch:
        return feedback_leaks(
            subject.course, subject.assignment, subject.source, subject.markers, Path(scratch)
        )


def _mutants(subject: Subject) -> list[str]:
    return [*(f"{hole} earns full marks" for hole in subject.proof.holes), *subject.proof.idle]


def _styles(subject: Subject) -> list[str]:
    return list(subject.proof.rejected)


def _mistakes(subject: Subject) -> list[str]:
    return list(subject.proof.unpunished)


def _answers(subject: Subject) -> list[str]:
    return subject.proof.answers.problems()


def _sentences(said: dict[str, str]) -> list[str]:
    return [f"{label}: {text}" for label, text in said.items()]


#: In the order of their cost; later ones make sense only where the earlier ones pass.
CHECKS = (
    Check("the source notebook is well formed", "Mend source/, then run this again.", _structure),
    Check("the data and tables are sound", "Restore them, then run this again.", _materials),
    Check(
        "the copies beside it are current",
        "Run: grader release {name}",
        _copies,
        after="the data and tables are sound",
    ),
    Check(
        "the release is up to date",
        "Run: grader release {name}",
        _up_to_date,
        after="the copies beside it are current",
    ),
    Check(
        "the release comes out the same every time",
        "Give every cell an id, and keep what changes by itself out of source/ and the configuration.",
        _comes_out_the_same,
    ),
    Check(
        "the release has its cells, gaps and points",
        "Run: grader release {name}",
        _release_structure,
    ),
    Check(
        "the release gives nothing away",
        "Remove it from source/, then: grader release {name}",
        _leaks,
    ),
    Check(
        "the untouched release earns nothing", "Mend the tests in source/.", _release_earns_nothing
    ),
    Check("the solution earns all points", "Mend the solution or its tests.", _solution_earns_all),
    Check(
        "every changed solution is caught",
        "Add a case that tells it from the solution; if it is as right as the solution, list it among "
        "the equivalents in testcases/, with the reason. After the solution was rewritten, they are to be "
        "listed anew.",
        _mutants,
        lambda subject: subject.proof.mutants_in_figures(),
        after="the solution earns all points",
        on_linux=True,
    ),
    Check(
        "every right answer is accepted",
        "Mend the judge: it takes points from a right answer.",
        _styles,
        lambda subject: subject.proof.styles_in_figures(),
        on_linux=True,
    ),
    Check(
        "every known mistake is caught",
        "Add a case in which it shows.",
        _mistakes,
        lambda subject: subject.proof.mistakes_in_figures(),
        on_linux=True,
    ),
    Check(
        "wrong answers are told what is wrong",
        "Add the case in which it shows, or the mistake to the catalogue: docs/judge.md.",
        _answers,
        lambda subject: subject.proof.answers.in_figures(),
        on_linux=True,
    ),
    Check(
        "the feedback gives nothing away",
        "Mend what shows it before anybody gets feedback.",
        _feedback,
        on_linux=True,
    ),
    Check("the whole notebook runs, training included", "Mend the cell named.", _everything_runs),
)
