"""Makes the student version of an assignment, through nbgrader, whole or not at all.

The order is chosen so that an interruption at any moment leaves a good release in place: generate
into a draft folder beside the release, check the draft, write the test cells into the gradebook,
and only then put the draft in the release's place. The same source gives the same bytes.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from testcases import UnknownAssignmentError, load_assignment
from testcases.core.protocol import Assignment

from .course import Course
from .course_secret import ensure_secret
from .errors import GraderError, stopped
from .leaks import find_leaks
from .nbgrader_course import Markers, Nbgrader, check_gradebook, markers_of, nbgrader_for
from .notebooks import (
    Notebook,
    NotebookError,
    how_to_restore,
    nbgrader_of,
    read_notebook,
)
from .shipping import Difference, files_in, sync
from .structure import release_problems, source_problems

#: A message lists at most so many problems.
_SHOWN = 5


@dataclass(frozen=True)
class Release:
    """A release that is in place."""

    folder: Path
    #: Files with their sizes in bytes, sorted by path.
    files: tuple[tuple[str, int], ...]
    #: Copies in the source folder that were brought up to date first.
    synced: tuple[Difference, ...]
    #: Whether any byte is different from the release before.
    changed: bool
    #: What was made sure of, as sentences.
    checked: tuple[str, ...]


def known_assignment(name: str) -> Assignment:
    """What `testcases` knows of the assignment.

    Raises:
        GraderError: it knows nothing.
    """
    try:
        return load_assignment(name)
    except UnknownAssignmentError as error:
        raise GraderError(
            f"{error} Add testcases/{name}/, or rename the folder source/{name}."
        ) from error


def read_source(course: Course, name: str) -> Notebook:
    """The instructor's notebook.

    Raises:
        NotebookError: it is missing, damaged, or not the only one.
    """
    folder = course.source(name)
    path = folder / f"{name}.ipynb"
    notebook = read_notebook(path, how_to_restore(name))
    others = sorted(other.name for other in folder.glob("*.ipynb") if other != path)
    if others:
        raise NotebookError(
            f"Cannot release {folder}: besides {path.name} it holds {', '.join(others)}, which "
            "students would get as well. Move what is not theirs out of the folder."
        )
    return notebook


def make_release(course: Course, name: str, force: bool = False) -> Release:
    """Generate, check and put in place the student version of an assignment.

    Args:
        course: the course folder.
        name: the assignment.
        force: even though submissions exist already.

    Raises:
        GraderError: something is not as it must be; the old release is left as it was.
    """
    assignment = known_assignment(name)
    students = course.students(name)
    if students and not force:
        raise GraderError(_submissions_exist(name, students))
    source = read_source(course, name)
    require(
        list(assignment.self_check()), f"what comes with {name!r}", "Mend that and run it again."
    )
    with nbgrader_for(course) as nbgrader:
        check_gradebook(nbgrader.gradebook_url, nbgrader.course_id, name)
        markers = markers_of(nbgrader)
        require(source_problems(source, assignment, markers), f"source/{name}/{name}.ipynb")
        # Made here, so that plain nbgrader too never grades without one.
        ensure_secret(course, task="release")
        synced = sync(course, assignment)
        drafts = _draft_folder(course, name)
        try:
            draft = generate(nbgrader, name, drafts / "checked", record=False)
            checked = check_release(draft, source, course, assignment, markers)
            generate(nbgrader, name, drafts / "recorded", record=True)
            changed = not same_files(draft, course.release(name))
            if changed:
                _put_in_place(draft, course.release(name))
        except OSError as error:
            raise GraderError(
                f"Cannot write {course.release(name)}: {error.strerror or error}. Check who may write "
                "there, and that the disk is not full. The old release, if any, is as it was."
            ) from error
        finally:
            shutil.rmtree(drafts, ignore_errors=True)
    folder = course.release(name)
    files = tuple((path.as_posix(), (folder / path).stat().st_size) for path in files_in(folder))
    return Release(folder, files, tuple(synced), changed, checked)


def _submissions_exist(name: str, students: list[str]) -> str:
    listed = ", ".join(students[:3]) + (", ..." if len(students) > 3 else "")
    return (
        f"Cannot release {name!r} again: {len(students)} submitted it already ({listed}). Tests that "
        "change after students have started change scores, and cells that change are no longer the "
        "ones students handed in. If you do mean it, back up gradebook.db, run "
        f"`grader release {name} --force`, then `grader grade {name} --force`, and tell the students."
    )


def generate(nbgrader: Nbgrader, name: str, target: Path, record: bool) -> Path:
    """Let nbgrader write the student version into `target`; returns its folder there.

    Args:
        nbgrader: set up for the course.
        name: the assignment.
        target: a folder that does not exist yet.
        record: whether to write the test cells into the gradebook, as grading needs.

    Raises:
        GraderError: the source notebook cannot be read, or nbgrader could not do it.
    """
    coursedir = nbgrader.app.coursedir
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", name))
    read_notebook(folder / f"{name}.ipynb", how_to_restore(name))
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.utils import temp_attrs
    from traitlets import TraitError
    from traitlets.config import Config

    settings = Config()
    settings.SaveCells.enabled = record
    settings.GenerateAssignment.no_database = not record
    try:
        with temp_attrs(coursedir, assignment_id=name, release_directory=str(target)):
            converter = GenerateAssignment(coursedir=coursedir, parent=nbgrader.app)
            converter.update_config(settings)
            converter.start()
    except (NbGraderException, TraitError) as error:
        cause = nbgrader.handler.cause() if isinstance(error, NbGraderException) else str(error)
        if "submissions associated" in cause:
            raise GraderError(
                f"Cannot release {name!r}: the gradebook holds graded submissions of it, whose cells "
                "are not those of the source any more. Give the cells their old grade_ids back; or "
                "move gradebook.db away, release, and grade everybody again."
            ) from error
        raise GraderError(
            f"Cannot generate the release of {name!r}: nbgrader stopped with: {stopped(cause)} "
            f"See its whole account with: nbgrader generate_assignment {name} --debug"
        ) from error
    return target / name


def check_release(
    draft: Path, source: Notebook, course: Course, assignment: Assignment, markers: Markers
) -> tuple[str, ...]:
    """Make sure that a generated release holds what it should, and nothing else.

    Raises:
        GraderError: it does not.
    """
    name = assignment.name
    notebook = read_notebook(draft / f"{name}.ipynb", "Run grader release again.")
    require(release_problems(source, notebook, markers), "the generated notebook")
    missing = sorted(set(files_in(course.source(name))) - set(files_in(draft)))
    require([f"{path} is missing from it" for path in map(str, missing)], "the generated release")
    leaks = find_leaks(draft, source, assignment, markers)
    require(
        [str(leak) for leak in leaks],
        "the generated release",
        " Remove it from the source folder; or, where students are meant to see a line, show it "
        "outside the solution too.",
    )
    gaps = sum(bool(nbgrader_of(cell).get("solution")) for cell in notebook["cells"])
    points = sum(item.points for item in assignment.items)
    return (
        f"{len(assignment.items)} graded cells, {points:g} points, as the assignment says",
        f"{gaps} cells for students to fill in, every other cell as in the source, no outputs",
        "no line of a solution, no function that students write, no hidden test and no private module "
        "in any text file",
    )


def require(
    problems: list[str], where: str, remedy: str = " Mend the source and run it again."
) -> None:
    """Go on only if there are no problems.

    Raises:
        GraderError: there are; it lists them.
    """
    if not problems:
        return
    lines = "".join(f"\n  - {problem}" for problem in problems[:_SHOWN])
    more = f"\n  - and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    raise GraderError(f"Cannot release: {where} is not fit for it:{lines}{more}\n{remedy.strip()}")


def same_files(left: Path, right: Path) -> bool:
    """Whether two folders hold the same files with the same bytes; what programs cached counts."""
    if not right.is_dir():
        return False
    names = [{p.relative_to(top) for p in top.rglob("*") if p.is_file()} for top in (left, right)]
    return names[0] == names[1] and all(
        (left / name).read_bytes() == (right / name).read_bytes() for name in names[0]
    )


def _draft_folder(course: Course, name: str) -> Path:
    """A new folder beside the release, on the same disk, so that a rename can put it in place.

    Tidies up after an earlier run that was killed: its drafts go; and if it was killed between the
    two renames of `_put_in_place`, the old release comes back.
    """
    parent = course.release(name).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        if course.release(name).exists() and not course.release(name).is_dir():
            raise NotADirectoryError(0, f"{name} in it is a file")
        kept = parent / f".{name}.old"
        if kept.is_dir() and not course.release(name).exists():
            kept.rename(course.release(name))
        for left in parent.glob(f".{name}.*"):
            shutil.rmtree(left)
        return Path(tempfile.mkdtemp(dir=parent, prefix=f".{name}.draft-"))
    except OSError as error:
        raise GraderError(
            f"Cannot write into {parent}: {error.strerror or error}. "
            "It must be a folder that you may write into."
        ) from error


def _put_in_place(draft: Path, release: Path) -> None:
    old = release.with_name(f".{release.name}.old")
    if release.exists():
        release.rename(old)
    draft.rename(release)
    shutil.rmtree(old, ignore_errors=True)
