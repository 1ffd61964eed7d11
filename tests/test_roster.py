"""A roster is read whatever program wrote it, or refused with the line and the remedy."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine

from grader.course import Course
from grader.errors import UsageError
from grader.export_table import Options
from grader.exporters import CsvExporter, MoodleExporter
from grader.roster import Roster, read_roster
from grader.roster_index import Index, choose_index, matched

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
        (b"SQLite format 3\0\x10\0\xff", "it is a database"),
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


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_what_never_ends_is_not_read() -> None:
    """A device is no roster, and does not fill the memory."""
    with pytest.raises(UsageError, match="it is no file"):
        read_roster(Path("/dev/zero"))


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
    assert list(matched(index, {"ada": "ada", "Ada": "Ada"})) == ["Ada"]
    with pytest.raises(
        UsageError, match="Cannot tell 'ADA' from 'ada': both could be 'Ada' in line 2"
    ):
        matched(index, {"ADA": "ADA", "ada": "ada"})
    with pytest.raises(UsageError, match="Cannot tell '1' from '2': both are line 2"):
        matched(index, {"1": "Ada", "2": "Ada"})


def test_a_row_with_another_students_very_id_is_never_taken(tmp_path: Path) -> None:
    """A score must not land on the line of somebody who has none, be it with or without --student."""
    found = roster(tmp_path, "id\nStudent-001\n")
    known = {"student-001", "Student-001"}
    index = Index(found, "id", found.rows)
    assert matched(index, {"student-001": "student-001"}, known) == {}
    assert list(matched(index, {"student-001": "student-001"})) == ["student-001"]
    with pytest.raises(UsageError, match="Cannot tell 'student-001' from 'STUDENT-001'"):
        matched(index, {"student-001": "student-001"}, {"student-001", "STUDENT-001"})


def test_a_students_own_two_names_are_no_rivals(tmp_path: Path) -> None:
    """An id that the system writes in other capitals than the gradebook is still the same person's."""
    for written in ("ada", "ADA", "Ada"):
        found = roster(tmp_path, f"id\n{written}\n")
        rows = matched(Index(found, "id", found.rows), {"ADA": "ada"}, {"ADA", "ada"})
        assert list(rows) == ["ADA"]


def test_ids_that_look_alike_are_told_apart_in_the_message(tmp_path: Path) -> None:
    """Two spellings of one accent look the same on a screen: the letters are written as numbers."""
    composed, apart = "jos\u00e9", "jose\u0301"
    found = roster(tmp_path, "id\nJos\u00e9\n")
    with pytest.raises(UsageError) as caught:
        matched(Index(found, "id", found.rows), {composed: composed, apart: apart})
    assert r"Cannot tell 'jos\xe9' from 'jose\u0301'" in str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_excels_first_line_is_no_header(
    tmp_path: Path, separator: str, ending: str, quote: str
) -> None:
    """`sep=;` says what separates cells; the lines are still counted as an editor does."""
    lines = [
        f"{quote}sep={separator}{quote}",
        separator.join(["id", "name"]),
        f"ada{separator}A",
        "",
    ]
    found = roster(tmp_path, ending.join(lines).encode("utf-8-sig"))
    assert found.header == ("id", "name")
    assert [(row.line, row.cells) for row in found.rows] == [(3, ("ada", "A"))]


def test_a_separator_that_we_do_not_read_is_told(tmp_path: Path) -> None:
    """Or the whole line would be taken for one cell."""
    assert "its first line says that '|' separates" in refused(tmp_path, "sep=|\nid|name\na|b\n")
    assert "a header and no students" in refused(tmp_path, "sep=;\nid;name\n")
    assert "it is empty" in refused(tmp_path, "sep=;\n")


def test_a_roster_without_a_header_is_refused(tmp_path: Path) -> None:
    """Its first student would be the name of a column, and get no grade without a word."""
    found = roster(tmp_path, "ada,Ng\nbob,Ra\n")
    for key in ("", "ada"):
        with pytest.raises(
            UsageError, match=r"should name the columns, and 'ada' in it is a student"
        ):
            choose_index(
                found, found.rows, ["bob"], key, ("id",), found.header, known=["ada", "bob"]
            )


def test_two_columns_that_differ_in_capitals_are_told(tmp_path: Path) -> None:
    """Not "none of the students": the ids are there, in one of the two."""
    found = roster(tmp_path, "Username,username,mail\nada,x,y\n")
    message = r"2 columns 'Username' \('Username', 'username': capitals do not matter\)"
    with pytest.raises(UsageError, match=message):
        choose_index(found, found.rows, ["ada"], "", ("Username",), found.header)
    assert choose_index(found, found.rows, ["y"], "mail", ("Username",)).name == "mail"


def test_the_very_ids_win_over_those_in_other_capitals(tmp_path: Path) -> None:
    """Of two columns with as many students, the gradebook's own spelling is meant."""
    found = roster(tmp_path, "login,id\nADA,ada\n")
    assert choose_index(found, found.rows, ["ada"], "", ("login", "id")).name == "id"


def test_the_key_is_the_column_with_most_students(tmp_path: Path) -> None:
    """The first of the preferred ones if it is even; the one that was named in any case."""
    found = roster(tmp_path, "login,id,mail,mail\nada,1,x,\nbob,2,y,\n3,ada,z,\n")
    assert choose_index(found, found.rows, ["ada", "bob"], "", ("id", "login")).name == "login"
    assert choose_index(found, found.rows, ["ada"], "", ("id", "login")).name == "id"
    assert choose_index(found, found.rows, ["ada"], "Login", ("id",)).name == "login"
    with pytest.raises(UsageError, match=r"none of the 1 students .*'eve'.*with --key"):
        choose_index(found, found.rows, ["eve"], "", ("id", "none"), found.header)


#: Who has a score, and who has none and is called nearly the same.
NAMESAKES = {"student-001": "Student-001", "jos\u00e9": "jose\u0301"}


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A gradebook in which each first one of the namesakes has a score of 4."""
    url = f"sqlite:///{tmp_path_factory.mktemp('namesakes') / 'gradebook.db'}"
    with closing(Gradebook(url, "course")) as book, book.db.no_autoflush:
        book.add_assignment("hw")
        book.add_notebook("p", "hw")
        book.add_grade_cell("q", "p", "hw", max_score=5, cell_type="code")
        for scored, other in NAMESAKES.items():
            book.add_student(scored)
            book.add_student(other)
            book.add_submission("hw", scored).notebooks[0].grades[0].manual_score = 4
        book.db.commit()
    return url


@pytest.mark.parametrize(("scored", "other"), NAMESAKES.items())
@pytest.mark.parametrize("asked", [False, True])
def test_nobody_gets_the_score_of_a_namesake(
    tmp_path: Path, gradebook: str, scored: str, other: str, asked: bool
) -> None:
    """From the gradebook to the table: the other one's line stays empty, and a note says who is who."""
    engine = create_engine(gradebook)
    exporter = MoodleExporter()
    exporter.student = [scored] if asked else []
    with engine.connect() as connection:
        read = exporter.read(connection, "course", Course(tmp_path))
    engine.dispose()
    found = roster(tmp_path, f"Username,Last name\n{other},Other\n")
    table = MoodleExporter.make_table(read, Options(found))
    assert (len(table.rows), table.scores, table.attention) == (1, 0, True)
    note = f"Line 2 of the roster has {other!a}, which is another student than {scored!a}."
    assert note in table.notes
    named = CsvExporter.make_table(read, Options(found, "Username"))
    assert [row[4] for row in named.rows[1:] if row[3] == scored] == [""]
    both = roster(tmp_path, f"Username,Last name\n{other},Other\n{scored},Right\n")
    (_, row) = MoodleExporter.make_table(read, Options(both)).rows
    assert tuple(row) == (scored, "Right", 4)
