"""The course secret, and the random streams that derive from it.

Hidden inputs must differ from student to student and from course to course, must not be guessable
from this public repository, and must come out the same when a dispute is replayed years later. So
each stream is seeded with HMAC-SHA-256(secret, assignment, item, student), and drawn by NumPy's
legacy RandomState from the generator PCG64, both frozen for good (NEP 19). RandomState's own
generator would take ten times as long to seed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import numpy as np

#: File in the course folder that holds the secret, as hexadecimal text.
SECRET_FILE = ".course_secret"  # noqa: S105  the name of the file, not the secret
#: A course folder is recognised by nbgrader's configuration file.
_COURSE_MARK = "nbgrader_config.py"
#: Without a secret the hidden cases are still hidden from the release, but the same everywhere.
NO_SECRET = b""
_SECRET_BYTES = 32


class SecretError(ValueError):
    """The course's secret file does not hold a secret."""


def find_course(start: Path) -> Path | None:
    """The course folder around `start`, or None."""
    for folder in (start, *start.parents):
        if (folder / _COURSE_MARK).is_file():
            return folder
    return None


def read_secret(course: Path) -> bytes:
    """The course's secret, or `NO_SECRET` where none was made yet.

    Raises:
        SecretError: the file is there but does not hold 32 bytes as hexadecimal text.
    """
    path = course / SECRET_FILE
    if not path.exists():
        return NO_SECRET
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise SecretError(
            f"Cannot read the course secret in {path}: it is not {2 * _SECRET_BYTES} hexadecimal "
            "digits. Restore it from your backup; or remove it, and the next run makes a new one "
            "(hidden cases, and so some scores, will then change)."
        )
    return secret


def make_secret(course: Path) -> bytes:
    """The course's secret, made now if there is none. Readable by its owner only."""
    path = course / SECRET_FILE
    if not path.exists():
        draft = course / f"{SECRET_FILE}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SECRET_BYTES) + "\n")
        try:
            os.link(draft, path)  # unlike a rename, never replaces a secret that another run made
        except FileExistsError:
            pass  # then that one is the course's secret
        finally:
            draft.unlink()
    return read_secret(course)


def stream(secret: bytes, *names: str) -> np.random.RandomState:
    """The random stream that belongs to `names`, such as (assignment, item, student)."""
    text = "\0".join(names).encode()
    digest = hmac.new(secret, text, hashlib.sha256).digest()
    return np.random.RandomState(np.random.PCG64(int.from_bytes(digest, "big")))
