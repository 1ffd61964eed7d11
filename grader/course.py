"""The course folder: where things lie, and what to say when they do not lie there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from .arguments import meant
from .errors import GraderError, UsageError

CONFIG_FILE = "nbgrader_config.py"
GRADEBOOK_FILE = "gradebook.db"


@dataclass(frozen=True)
class Course:
    """A course folder, with nbgrader's own layout."""

    root: Path

    @property
    def config_file(self) -> Path:
        """nbgrader's configuration."""
        return self.root / CONFIG_FILE

    @property
    def gradebook(self) -> Path:
        """The default SQLite gradebook."""
        return self.root / GRADEBOOK_FILE

    def source(self, assignment: str) -> Path:
        """What the instructor edits."""
        return self.root / "source" / assignment

    def release(self, assignment: str) -> Path:
        """What students get."""
        return self.root / "release" / assignment

    def submitted(self, student: str, assignment: str) -> Path:
        """What a student handed in."""
        return self.root / "submitted" / student / assignment

    def autograded(self, student: str, assignment: str) -> Path:
        """The graded notebook of a student."""
        return self.root / "autograded" / student / assignment

    def feedback(self, student: str, assignment: str) -> Path:
        """The feedback for a student."""
        return self.root / "feedback" / student / assignment

    def assignments(self) -> list[str]:
        """Names of the assignments that have a source folder, sorted."""
        folder = self.root / "source"
        if not folder.is_dir():
            return []
        return [path.name for path in visible(folder) if path.is_dir()]

    def students(self, assignment: str) -> list[str]:
        """Students who handed something in for the assignment, sorted.

        Raises:
            GraderError: the folder `submitted` cannot be read.
        """
        folder = self.root / "submitted"
        if not folder.is_dir():
            return []
        try:
            return [path.name for path in visible(folder) if _is_folder(path / assignment)]
        except OSError as error:
            raise GraderError(
                f"Cannot read {folder}: {error.strerror}. Run: chmod u+rwx {quote(str(folder))}"
            ) from error

    def choose_assignment(self, name: str | None, student: str | None = None) -> str:
        """The assignment of that name, or the only one there is.

        Args:
            name: as the user gave it.
            student: whose assignment is meant: the only one that this student handed in will do.

        Raises:
            UsageError: there is none of that name, or none was named and there are several.
        """
        names = self.assignments()
        if not names:
            raise GraderError(
                f"Cannot find an assignment: {self.root / 'source'} has no folder in it. "
                "Put the assignment's notebook into source/NAME/NAME.ipynb."
            )
        listed = ", ".join(names)
        if name is None:
            if len(names) > 1 and student is not None:
                names = self._of_student(student, names)
            if len(names) > 1:
                raise UsageError(
                    f"Cannot choose an assignment: there are several. Name one of {listed}."
                )
            return names[0]
        if name not in names:
            raise UsageError(
                f"Cannot find assignment {name!r}: there is no folder source/{name}."
                f"{meant(name, names, listed)}"
            )
        return name

    def _of_student(self, student: str, names: list[str]) -> list[str]:
        """The assignments that a student handed in; all of these if nobody has handed anything in."""
        handed_in = {each: self.students(each) for each in names}
        everybody = sorted({one for known in handed_in.values() for one in known})
        if everybody and student not in everybody:
            raise UsageError(
                f"Cannot find student {student!r}: nobody of that name has handed anything in."
                f"{meant(student, everybody) or f' List those who did with: ls {quote(str(self.root))}/submitted'}"
            )
        return [each for each in names if student in handed_in[each]] or names


def open_course(folder: Path) -> Course:
    """The course in `folder`.

    Raises:
        UsageError: `folder` is no course folder.
    """
    root = folder.resolve()
    try:
        if not root.is_dir():
            raise UsageError(
                f"Cannot open course folder {folder}: there is no such folder. Name the course "
                "folder with --course-dir."
            )
        found = (root / CONFIG_FILE).is_file()
    except OSError as error:
        raise UsageError(
            f"Cannot open course folder {root}: {error.strerror}. Run: chmod u+rwx {quote(str(root))}"
        ) from error
    if not found:
        raise UsageError(
            f"Cannot open course folder {root}: it has no {CONFIG_FILE}. "
            "Go to the course folder, or name it with --course-dir."
        )
    return Course(root)


def check_names(wanted: Iterable[str]) -> None:
    """Make sure that these can be students: a student's name is that of a folder in `submitted`.

    Raises:
        UsageError: one of them cannot.
    """
    for name in wanted:
        if not name or name[0] in "._" or "/" in name or "\0" in name:
            raise UsageError(
                f"Cannot find student {name!r}: a student's name is that of a folder in submitted/, "
                "and begins with neither a dot nor an underscore. List them with: ls submitted"
            )


def visible(folder: Path) -> list[Path]:
    """What lies in a folder, sorted; names that begin with a dot or an underscore are left aside."""
    return sorted(path for path in folder.iterdir() if path.name[0] not in "._")


def _is_folder(path: Path) -> bool:
    """Whether it is a folder, as far as we may look; `submissions.strays` tells where we may not."""
    try:
        return path.is_dir()
    except PermissionError:
        return False


def shown(path: Path | str) -> str:
    """A path as people like to read it: relative to where they stand, if it lies below."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
