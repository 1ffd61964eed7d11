"""The course's secret for the commands that need one; the file itself is `testcases.secret`'s."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from testcases.secret import SECRET_FILE, SecretError, make_secret

from .course import Course
from .errors import GraderError, UsageError
from .gradebook_state import holds_scores
from .nbgrader_course import check_gradebook, nbgrader_for


def ensure_secret(course: Course, url: str | None = None, task: str = "grade") -> bytes:
    """The course's secret, made now if there is none, and none is missing.

    Args:
        course: the course.
        url: the gradebook, if it is not the course's own.
        task: what it is needed for, as a verb; a message says that this cannot be done.

    Raises:
        UsageError: it is lost, or damaged, and scores were computed with it.
        GraderError: it cannot be read or made, or is damaged.
    """
    path = course.root / SECRET_FILE
    try:
        if not path.exists() and was_used(course, url):
            raise UsageError(f"Cannot {task} in {course.root}: {lost(path)}. {how_to_go_on(path)}")
        return make_secret(course.root)
    except SecretError as error:
        if was_used(course, url):
            raise UsageError(
                f"Cannot read the course secret in {path}: it is damaged, and the gradebook holds "
                f"scores that rest on it. {how_to_go_on(path)}"
            ) from error
        raise GraderError(str(error)) from error
    except OSError as error:
        if path.exists():
            raise GraderError(
                f"Cannot read the course secret in {path}: {error.strerror}. It must be a file of "
                f"yours: ls -l {quote(str(path))}; chmod 600 {quote(str(path))}"
            ) from error
        raise GraderError(
            f"Cannot write into {course.root}: {error.strerror}. Give yourself permission to write "
            "there, or work on a copy of the course."
        ) from error


def was_used(course: Course, url: str | None = None) -> bool:
    """Whether a gradebook, the course's own or the one named, holds scores that rest on a secret.

    Raises:
        GraderError: that cannot be told, since the configuration or a gradebook cannot be read.
    """
    from sqlalchemy.exc import SQLAlchemyError

    with nbgrader_for(course) as nbgrader:
        course_id = nbgrader.course_id
        for each in sorted({nbgrader.gradebook_url, url or nbgrader.gradebook_url}):
            check_gradebook(each, course_id)
            try:
                if holds_scores(each, course_id):
                    return True
            except SQLAlchemyError as error:
                raise GraderError(
                    f"Cannot tell whether the course secret is lost: {type(error).__name__} while "
                    "the gradebook was read. Restore the gradebook from your backup."
                ) from error
    return False


def lost(path: Path) -> str:
    """That the secret is lost, as a clause."""
    return (
        f"the course secret {path} is gone, and the gradebook holds scores that rest on it; with a new "
        "one the hidden cases, and so some scores, would change"
    )


def how_to_go_on(path: Path) -> str:
    """What to do when the secret is lost."""
    make = "import secrets; print(secrets.token_hex(32))"
    return (
        "Put the file back from your backup. To go on without it, and grade everybody by other "
        f"hidden cases, make a new one: (umask 077; python3 -c '{make}' > {quote(str(path))})"
    )
