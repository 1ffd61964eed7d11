"""The hostile corpus: no program gains points, changes anything outside, or stops the batch."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from grader.jail import seccomp
from grader.jail.outside import Jail

from .jail_support import (
    HONEST_TOTAL,
    MEBIBYTE,
    NO_BWRAP,
    attacked,
    forbid_nesting,
    has_bwrap,
    processes,
    run,
    said,
    small_jail,
    solved,
    total,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)]

CORPUS = Path(__file__).parent / "hostile"
PROGRAMS = sorted(folder.name for folder in CORPUS.iterdir() if (folder / "cell.py").is_file())
#: Each process that runs tests has its own.
ABSTRACT = f"hostile-corpus-listener-{os.getpid()}"
COST = "compute_cost_with_regularization"
#: No program may hold the grader up for longer, whatever it does.
MOST_SECONDS = 30.0
#: Where programs try to leave files. All of these begin with "hostile".
PLACES = (Path("/tmp"), Path("/dev/shm"), Path.cwd(), Path.home(), Path("/"), Path("/usr"))  # noqa: S108


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside that looks worth attacking."""
    folder: Path = tmp_path_factory.mktemp("canary")
    (folder / "gradebook.db").write_bytes(b"SQLite format 3\0" + bytes(1000))
    (folder / "submitted" / "eve").mkdir(parents=True)
    (folder / "submitted" / "eve" / "regularization.ipynb").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def listener() -> Iterator[None]:
    """Somebody on the host who listens on an abstract socket."""
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(f"\0{ABSTRACT}")
        plug.listen()
        yield


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory, listener: None) -> Iterator[Jail]:
    """One jail for the whole corpus: what a program leaves behind meets the next one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSTILE_CANARY", "a secret of the instructor's")
        memory = {"memory_bytes": 384 * MEBIBYTE, "total_memory_bytes": 512 * MEBIBYTE}
        with small_jail(tmp_path_factory.mktemp("jail"), **memory) as jail:
            yield jail


@pytest.fixture(scope="module")
def idle(jail: Jail) -> set[int]:
    """The jail's processes while it waits."""
    return processes(jail)


def _program(name: str, canary: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The notebook with the attack in it, and what is expected of it."""
    expected: dict[str, Any] = json.loads((CORPUS / name / "expected.json").read_text("utf-8"))
    source = (CORPUS / name / "cell.py").read_text("utf-8")
    source = source.replace("@CANARY@", str(canary)).replace("@ABSTRACT@", ABSTRACT)
    own = expected["into"] == "own"
    into = expected.get("before", COST) if own else expected["into"]
    notebook = attacked(source, into, own)
    later = CORPUS / name / "later.py"
    if later.is_file():
        cell = {"cell_type": "code", "id": "later", "metadata": {}, "source": later.read_text()}
        notebook["cells"].append(cell)
    return notebook, expected


def _outside(canary: Path, jail: Jail) -> dict[str, object]:
    """Everything outside that a program could have changed."""
    found: dict[str, object] = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else path.name
        for path in [*canary.rglob("*"), *_given(jail).rglob("*")]
    }
    for place in PLACES:
        found[str(place)] = sorted(path.name for path in place.glob("hostile*"))
    return found


def _given(jail: Jail) -> Path:
    return jail._given


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_hostile_program_gains_nothing_and_changes_nothing(
    name: str, jail: Jail, idle: set[int], canary: Path
) -> None:
    """Points, files, processes and the next submission are safe from this program."""
    notebook, expected = _program(name, canary)
    before = _outside(canary, jail)
    begun = time.monotonic()

    trial = run(jail, notebook)

    assert time.monotonic() - begun < MOST_SECONDS
    verdicts = {grade_id: judgement.verdict for grade_id, judgement in trial.judgements.items()}
    assert verdicts == dict.fromkeys(verdicts, "correct") | expected["verdicts"]
    lost = sum(
        judgement.max_score
        for judgement in trial.judgements.values()
        if judgement.verdict not in ("correct", "partial")
    )
    assert total(trial) <= HONEST_TOTAL - lost
    texts = said(trial)
    texts.encode()  # whatever was printed, the record can be written
    assert len(texts) < 8_000_000
    assert expected.get("said", "") in texts
    assert "absent" not in expected or expected["absent"] not in texts

    assert processes(jail) == idle
    assert _outside(canary, jail) == before
    assert total(run(jail, solved(), "honest")) == HONEST_TOTAL


#: Programs against what a jail of one's own does otherwise: the server beside the child, the one
#: scratch folder, /proc, the end of all processes.
ALONE = (
    "child_comes_back",
    "daemon",
    "kill_everybody",
    "many_processes",
    "memory_in_many_processes",
    "nested_namespace",
    "scratch_filled",
    "server_beside",
    "stash_and_print",
)


@pytest.fixture(scope="module")
def jail_alone_anywhere(
    tmp_path_factory: pytest.TempPathFactory, listener: None
) -> Iterator[tuple[Jail, Path]]:
    """A jail whose children cannot isolate themselves, and a folder for what forbids it."""
    folder = tmp_path_factory.mktemp("bin")
    memory = {"memory_bytes": 384 * MEBIBYTE, "total_memory_bytes": 512 * MEBIBYTE}
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            forbid_nesting(folder, patch)
            jail = stack.enter_context(small_jail(tmp_path_factory.mktemp("jail"), **memory))
        assert not jail.nested
        yield jail, folder


@pytest.fixture
def jail_alone(jail_alone_anywhere: tuple[Jail, Path], monkeypatch: pytest.MonkeyPatch) -> Jail:
    """That jail, on a machine that forbids it; the other jail must not start on such a one."""
    jail, folder = jail_alone_anywhere
    forbid_nesting(folder, monkeypatch)
    return jail


@pytest.mark.skipif(not seccomp.supported(), reason="nesting cannot be forbidden here")
@pytest.mark.parametrize("name", ALONE)
def test_it_gains_nothing_where_every_child_has_a_jail_of_its_own(
    name: str, jail_alone: Jail, canary: Path
) -> None:
    """Where isolation cannot be nested, the same holds as where it can."""
    test_a_hostile_program_gains_nothing_and_changes_nothing(name, jail_alone, set(), canary)


def test_the_corpus_is_as_large_as_promised() -> None:
    """Sixty programs at least, each with a reason and a verdict that names real test cells."""
    tests = {cell["id"] for cell in solved()["cells"] if cell["id"].startswith("test_")}
    for name in PROGRAMS:
        expected = json.loads((CORPUS / name / "expected.json").read_text("utf-8"))
        assert set(expected) <= {"why", "into", "before", "verdicts", "said", "absent"}, name
        assert expected["why"].endswith("."), name
        assert set(expected["verdicts"]) <= tests, name
    assert len(PROGRAMS) >= 60
