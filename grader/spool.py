"""Results of a class, kept on disk: memory stays flat however many students there are."""

from __future__ import annotations

import errno
import json
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from .errors import GraderError
from .results import ItemResult, Result


class Spool(Sequence[Result]):
    """Result lines in a file without a name, which goes when nobody holds it any more.

    As a sequence it gives the results in the order of the students, one at a time.
    """

    def __init__(self, order: Iterable[str]) -> None:
        """`order`: all students that a result may come for, in the order in which they are wanted."""
        self._places: dict[str, tuple[int, int] | None] = dict.fromkeys(order)
        self._file = tempfile.TemporaryFile(  # noqa: SIM115
            "w+b", buffering=0, prefix="grader-results-"
        )
        weakref.finalize(self, self._file.close)
        self._end = 0
        self._known: list[str] | None = None

    def add(self, result: Result) -> None:
        """Keep one result, in place of any earlier one of that student.

        Raises:
            GraderError: there is no room for it.
        """
        line = result.line().encode("ascii")
        try:
            self._file.seek(self._end)
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise GraderError(
                f"Cannot keep the results in {tempfile.gettempdir()}: {error.strerror}. Make room "
                "there, or set TMPDIR to another folder, then run the command again: what is graded "
                "already is not graded again."
            ) from error
        self._places[result.student] = (self._end, len(line))
        self._end += len(line)
        self._known = None

    def lines(self) -> Iterator[str]:
        """The result lines, without line breaks."""
        for student in self._students():
            yield self._line(student)

    def _students(self) -> list[str]:
        if self._known is None:
            self._known = [student for student, place in self._places.items() if place]
        return self._known

    def _line(self, student: str) -> str:
        place = self._places[student]
        assert place is not None
        self._file.seek(place[0])
        return self._file.read(place[1]).decode("ascii")

    def __len__(self) -> int:
        return len(self._students())

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | Sequence[Result]:
        if isinstance(index, slice):
            return [_result(self._line(student)) for student in self._students()[index]]
        return _result(self._line(self._students()[index]))


def _result(line: str) -> Result:
    fields = json.loads(line)
    items = tuple(ItemResult(**item) for item in fields.pop("items"))
    return Result(**{**fields, "items": items, "notes": tuple(fields["notes"])})
