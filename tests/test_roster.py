"""A roster is read whatever program wrote it, or refused with the line and the remedy."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.roster import Index, Roster, choose_index, matched, read_roster

HEADER = ("student_id", "Last name", "First name")
STUDENTS = [("ada", "Müller, geb. Ng; Nagy", "Ada"), ("bob", "王", 'Bo "B" b')]


def roster(tmp_path: Path, content: str | bytes) -> Roster:
    """The roster in a file with that content."""
    path = tmp_path / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path)


def refused(tmp_path: Path, content: str | bytes) -> str:
    """Why it is not read."""
    with pytest.raises(UsageError) as caught:
        roster(tmp_path, content)
    assert str(tmp_path / "roster.csv") in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_usual_form_says_the_same(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    """Byte-order mark, separator and line ending are those of whoever wrote the file."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, lineterminator=ending).writerows([HEADER, *STUDENTS])
    found = roster(tmp_path, file.getvalue().encode(encoding))
    assert found.header == HEADER
    assert [row.cells for row in found.rows] == STUDENTS


def test_lines_are_those_that_an_editor_shows(tmp_path: Path) -> None:
    """Blank lines and line breaks within quotes are counted, or the number would send one astray."""
    found = roster(tmp_path, 'id,note\na,"two\nlines"\n\n , \nb,\n')
    assert [(row.line, row.cells[0]) for row in found.rows] == [(2, "a"), (6, "b")]


def test_short_lines_are_filled_up_and_long_ones_refused(tmp_path: Path) -> None:
    """Spreadsheets leave out empty cells at the end; a cell too many is an unquoted separator."""
    assert roster(tmp_path, "id,name,mail\na\nb,c,,,\n").rows[0].cells == ("a", "", "")
    message = refused(tmp_path, "id,name\na,b\nc,Doe, John\n")
    assert "line 3 has 3 cells, and the header has 2" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"id,name\n", "a header and no students"),
        (b"PK\x03\x04\x14", "it is a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel file"),
        (b"\n <!DOCTYPE html><html>", "it is a web page"),
        ("id\nada\nbj\u00f6rn\n".encode("latin-1"), "line 3 is not UTF-8"),
        (b"\xff\xfei\x00d\x00\n", "line 1 is not UTF-16"),
        (b"id\nada\nb\x00b\n", "line 3 holds a zero byte"),
        (b'id,name\na,b\nc,"d\ne,f\n', "line 3 is not CSV"),
        (b'id,name\na,"b"c\n', "line 2 is not CSV"),
        (b"id,name\na," + b"x" * 200_000, "line 2 is not CSV"),
    ],
)
def test_what_is_no_roster_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    """Whoever gives another file is told what it is, and at which line."""
    assert words in refused(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A typing slip and a folder are wrong usage, not a crash."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match=r"Cannot read roster .*Name a CSV file with --roster"):
            read_roster(path)


def test_columns_are_found_without_minding_capitals(tmp_path: Path) -> None:
    """A column that is not there is answered with the one that was meant, and with all there are."""
    found = roster(tmp_path, "SIS Login ID,Section,section\na,b,c\n")
    assert found.column("sis login id") == 0
    with pytest.raises(
        UsageError, match=r"Did you mean 'SIS Login ID'\? There are: 'SIS Login ID'"
    ):
        found.column("sislogin")
    with pytest.raises(UsageError, match="it has 2 columns 'Section'"):
        found.column("Section")


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Nobody gets another's grade because a list was put together from two."""
    found = roster(tmp_path, "id\nada\nbob\nada\n")
    with pytest.raises(UsageError, match="'ada' stands twice in the column 'id', in lines 2 and 4"):
        Index(found, "id", found.rows)


def test_capitals_and_accents_are_minded_only_where_they_tell_students_apart(
    tmp_path: Path,
) -> None:
    """A hub writes names in small letters; two students who differ in that alone stay two."""
    found = roster(tmp_path, "id\nAda\nBob\nBOB\nJos\u00e9\n")
    index = Index(found, "id", found.rows)
    lines = {
        name: row.line for name in ("ada", "Bob", "BOB", "jose\u0301") if (row := index.find(name))
    }
    assert lines == {"ada": 2, "Bob": 3, "BOB": 4, "jose\u0301": 5}
    assert index.find("bob") is None
    assert index.find("zoe") is None
    with pytest.raises(UsageError, match="Cannot tell 'Ada' from 'ada': both are line 2"):
        matched(index, {"Ada": "Ada", "ada": "ada"})


def test_the_key_is_the_column_with_most_students(tmp_path: Path) -> None:
    """The first of the preferred ones if it is even; the one that was named in any case."""
    found = roster(tmp_path, "login,id,mail,mail\nada,1,x,\nbob,2,y,\n3,ada,z,\n")
    assert choose_index(found, found.rows, ["ada", "bob"], "", ("id", "login")).name == "login"
    assert choose_index(found, found.rows, ["ada"], "", ("id", "login")).name == "id"
    assert choose_index(found, found.rows, ["ada"], "Login", ("id",)).name == "login"
    with pytest.raises(UsageError, match=r"none of the 1 students .*'eve'.*with --key"):
        choose_index(found, found.rows, ["eve"], "", ("id", "none"), found.header)
