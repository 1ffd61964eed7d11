"""The course's secret for the commands that need one; the file itself is `testcases.secret`'s."""

from __future__ import annotations

from testcases.secret import SECRET_FILE, SecretError, make_secret

from .course import Course
from .errors import GraderError


def ensure_secret(course: Course) -> bytes:
    """The course's secret, made now if there is none.

    Raises:
        GraderError: it cannot be read or made, or is damaged.
    """
    path = course.root / SECRET_FILE
    try:
        return make_secret(course.root)
    except SecretError as error:
        raise GraderError(str(error)) from error
    except OSError as error:
        if path.exists():
            raise GraderError(
                f"Cannot read the course secret in {path}: {error.strerror}. It must be a file of "
                f"yours: ls -l {path}; chmod 600 {path}"
            ) from error
        raise GraderError(
            f"Cannot write into {course.root}: {error.strerror}. Give yourself permission to write "
            "there, or work on a copy of the course."
        ) from error
