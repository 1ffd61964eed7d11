"""Where results may be written: files are replaced whole, everything else stays what it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.errors import GraderError, UsageError
from grader.writing import check_writable, write_anywhere


def test_pipe_stays_a_pipe(tmp_path: Path) -> None:
    """What somebody reads from at the other end is written into, not replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        check_writable(pipe)
        write_anywhere(pipe, "lines\n")
        assert os.read(reader, 100) == b"lines\n"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("there", [True, False])
def test_link_stays_a_link(there: bool, tmp_path: Path) -> None:
    """Who links results to another place finds them in that place."""
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "results"
    if there:
        target.write_text("old")
        target.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(target)
    check_writable(link)
    write_anywhere(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]
    if there:
        assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["folder", "none/results", "dangling"])
def test_what_cannot_be_written_is_refused_first(name: str, tmp_path: Path) -> None:
    """A slip in the name is told before an hour of grading."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "none" / "results")
    with pytest.raises(UsageError, match="Name a file"):
        check_writable(tmp_path / name)


def test_failure_at_the_end_has_a_remedy(tmp_path: Path) -> None:
    """If the place has gone meanwhile, the message says so, and that no work is lost."""
    with pytest.raises(GraderError, match="graded already is not graded again"):
        write_anywhere(tmp_path / "gone" / "results", "lines")
