"""Whether the judge whose files lie in the course folder is the one that judges.

Python imports `testcases` from where the package is installed. A course folder that was copied, or
a package that was not installed as editable, leaves a second `testcases/` in the course folder: one
that can be edited, and judges nothing.
"""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from testcases import PACKAGE_DIR

from .course import Course
from .errors import GraderError
from .shipping import files_in

#: What is installed of the package.
_JUDGING = frozenset({".py", ".json"})
#: How many files a message names.
_MAX_NAMED = 3


def unused_edits(course: Course) -> list[str]:
    """Files of `testcases/` in the course folder that differ from those that judge, sorted.

    Raises:
        OSError: one of them cannot be read.
    """
    folder = course.root / PACKAGE_DIR.name
    if not (folder / "__init__.py").is_file() or folder.resolve() == PACKAGE_DIR.resolve():
        return []
    here, there = _content(folder), _content(PACKAGE_DIR)
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def judge_trouble(course: Course) -> tuple[str, str] | None:
    """What is wrong with `testcases/` in the course folder, and the remedy; None if nothing is."""
    folder = course.root / PACKAGE_DIR.name
    try:
        names = unused_edits(course)
    except OSError as error:
        return (
            f"{folder} cannot be read ({error.strerror})",
            f"Run: chmod -R u+rX {quote(str(folder))}",
        )
    if not names:
        return None
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return (
        f"{folder} is not what judges: {PACKAGE_DIR} does, and they differ in "
        f"{', '.join(names[:_MAX_NAMED])}{more}",
        f"To judge by the course's own files, run: python -m pip install --editable "
        f"{quote(str(course.root))}; otherwise remove {folder}",
    )


def require_own_judge(course: Course, to: str = "grade") -> None:
    """Make sure that nobody's edits in the course's own `testcases/` are passed over.

    Raises:
        GraderError: the files there differ from those that judge.
    """
    if (trouble := judge_trouble(course)) is not None:
        raise GraderError(f"Cannot {to}: {trouble[0]}. {trouble[1]}")


def _content(folder: Path) -> dict[str, bytes]:
    paths = (path for path in files_in(folder) if path.suffix in _JUDGING)
    return {path.as_posix(): (folder / path).read_bytes() for path in paths}
