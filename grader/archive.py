"""Zip archives: the same bytes for the same files, and written so that nobody sees half of one."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from .errors import GraderError, UsageError

#: The earliest that a zip archive can hold: when it was written is no part of what is in it.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def zipped(files: Mapping[str, bytes], mode: int) -> bytes:
    """An archive of these files, sorted by path, each with these permissions.

    >>> zipped({"b": b"2", "a": b"1"}, 0o600) == zipped({"a": b"1", "b": b"2"}, 0o600)
    True
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            about = zipfile.ZipInfo(name, _TIME)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.create_system = _UNIX  # wherever it is made
            about.external_attr = mode << 16
            archive.writestr(about, content)
    return target.getvalue()


def check_archive_name(name: str) -> None:
    """Make sure that a file can be told to be an archive, as an LMS tells it: by the end of its name.

    Raises:
        UsageError: it does not end in .zip, or is something else than a file.
    """
    path = Path(name)
    if path.suffix.lower() != ".zip":
        raise UsageError(
            f"Cannot write an archive to {name}: its name does not end in .zip. Name it, for example, "
            f"{path.name.strip('.-') or 'archive'}.zip."
        )
    if path.exists() and not path.is_file():
        raise UsageError(
            f"Cannot write an archive to {name}: it is no file. Name one, such as archive.zip."
        )


def write_archive(path: Path, content: bytes, mode: int, what: str) -> None:
    """Write an archive in one step.

    Args:
        path: where to; what is there is replaced.
        content: the archive.
        mode: permissions of the file, less those that the umask takes away.
        what: what a message calls it, such as "the bundle".

    Raises:
        GraderError: it cannot be written.
    """
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise GraderError(
            f"Cannot write {what} {path}: {error.strerror or error}. Name another file."
        ) from error
