"""The data set: made bit for bit, described truly, refused when damaged, replaceable by the classic."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import datasets.__main__ as command
from datasets import loader
from datasets.loader import DATA_FILE, MANIFEST_FILE, DataSetError, load_data, read_manifest
from datasets.make import SEED, draw, mat_bytes
from datasets.manifest import CLASSIC, describe, manifest_text
from datasets.study import LEARNING_RATE, MODELS, accuracy, train_all
from testcases.regularization.training import trained

ROOT = Path(__file__).resolve().parent.parent
CLASSIC_FILE = ROOT.parent / "shared" / "datasets" / "original" / "data.mat"
needs_classic = pytest.mark.skipif(
    not CLASSIC_FILE.exists(), reason="the classic data file is not distributed with this project"
)


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own for commands that write."""
    for name in ("DATA_FILE", "MANIFEST_FILE"):
        original = getattr(loader, name)
        copy = tmp_path / original.name
        shutil.copy(original, copy)
        monkeypatch.setattr(loader, name, copy)
        monkeypatch.setattr(command, name, copy)
    return tmp_path


def test_the_committed_file_is_made_bit_for_bit() -> None:
    """Anybody who runs the program gets the very file that is in the repository."""
    assert mat_bytes(draw(SEED)) == DATA_FILE.read_bytes()


def test_the_manifest_is_up_to_date() -> None:
    """The manifest says what the program makes today."""
    assert MANIFEST_FILE.read_text(encoding="utf-8") == manifest_text()


def test_the_set_has_the_classic_form() -> None:
    """Shapes, dtypes and the range of the field are those of the classic exercise."""
    data = load_data()
    assert data.name == "kicks"
    assert (data.X.shape, data.y.shape) == ((211, 2), (211, 1))
    assert (data.Xval.shape, data.yval.shape) == ((200, 2), (200, 1))
    assert data.X.dtype == np.float64
    assert set(np.unique(data.y)) == set(np.unique(data.yval)) == {0, 1}
    for points in (data.X, data.Xval):
        assert (points.min(axis=0) >= [-0.6, -0.8]).all()
        assert (points.max(axis=0) <= [0.3, 0.6]).all()


def test_the_diagonal_separates_most_but_not_all() -> None:
    """A straight diagonal gets most points right; what is left is the noise to overfit."""
    data = load_data()
    above = data.X[:, 1] > data.X[:, 0] + 0.05
    assert 0.85 < np.mean(above == (data.y[:, 0] == 1)) < 0.95


def test_another_seed_is_another_set() -> None:
    """The seed matters, and the same seed gives the same set."""
    assert mat_bytes(draw(2)) == mat_bytes(draw(2)) != mat_bytes(draw(1))


def _damage(content: bytes) -> dict[str, tuple[bytes, str]]:
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    return {
        "empty": (b"", "it is empty"),
        "truncated": (content[:1000], "cut off"),
        "one bit flipped": (bytes(flipped), "contents have changed"),
        "git-LFS pointer": (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "git-LFS",
        ),
        "a pickle": (b"\x80\x04]." + bytes(len(content) - 4), "contents have changed"),
    }


@pytest.mark.parametrize(
    "kind", ["empty", "truncated", "one bit flipped", "git-LFS pointer", "a pickle"]
)
def test_damaged_files_are_refused_with_the_remedy(kind: str, tmp_path: Path) -> None:
    """Each kind of damage is told apart, and the message says how to repair it."""
    content, words = _damage(DATA_FILE.read_bytes())[kind]
    file = tmp_path / "data.mat"
    file.write_bytes(content)
    with pytest.raises(DataSetError, match=re.escape(words)) as caught:
        load_data(file)
    assert "python -m datasets make" in str(caught.value)
    assert str(file) in str(caught.value)


def test_damaged_bytes_are_never_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checksum comes first: scipy does not see a byte of an unknown file."""

    def parse(*_: object) -> dict:
        raise AssertionError("an unknown file was parsed")

    monkeypatch.setattr(loader, "loadmat", parse)
    file = tmp_path / "data.mat"
    file.write_bytes(DATA_FILE.read_bytes() + b"x")
    with pytest.raises(DataSetError):
        load_data(file)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"data_sets": '])
def test_a_damaged_manifest_is_refused(content: str, tmp_path: Path) -> None:
    """Without its manifest no file can be trusted, and the message says so."""
    manifest = tmp_path / "manifest.json"
    manifest.write_text(content, encoding="utf-8")
    with pytest.raises(DataSetError, match="Cannot read the manifest"):
        read_manifest(manifest)


def test_a_missing_file_is_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line names the file and the remedy, with exit code 1."""
    assert command.main(["check", str(tmp_path / "nothing.mat")]) == 1
    message = capsys.readouterr().err
    assert "nothing.mat" in message
    assert "python -m datasets make" in message


def test_make_repairs(data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command that error messages recommend does repair a damaged file."""
    (data_folder / "data.mat").write_bytes(b"broken")
    assert command.main(["check", str(data_folder / "data.mat")]) == 1
    assert command.main(["make"]) == 0
    assert (data_folder / "data.mat").read_bytes() == DATA_FILE.read_bytes()
    assert sorted(path.name for path in data_folder.iterdir()) == ["data.mat", "manifest.json"]
    assert "wrote" in capsys.readouterr().out


def test_another_seed_needs_another_place(
    data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A set that the manifest does not know never replaces the one that ships."""
    assert command.main(["make", "--seed", "7"]) == 1
    assert "--output" in capsys.readouterr().err
    assert command.main(["make", "--seed", "7", "--output", str(tmp_path / "seven.mat")]) == 0
    assert (data_folder / "data.mat").read_bytes() == DATA_FILE.read_bytes()


def test_only_the_classic_file_can_be_installed(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything else is refused, and the installed data stay as they were."""
    own = data_folder / "data.mat"
    assert command.main(["install", str(own)]) == 1
    assert "not the classic" in capsys.readouterr().err
    assert command.main(["install", str(data_folder / "missing.mat")]) == 1
    assert own.read_bytes() == DATA_FILE.read_bytes()


@pytest.mark.parametrize("arguments", [[], ["fly"], ["study", "--sets", "1"], ["install"]])
def test_wrong_usage_exits_with_two(arguments: list[str]) -> None:
    """The shell can tell wrong usage from a damaged file."""
    with pytest.raises(SystemExit) as caught:
        command.main(arguments)
    assert caught.value.code == 2


@needs_classic
def test_the_classic_file_is_known_as_it_is() -> None:
    """The manifest's description of the classic file is true of the file."""
    data = load_data(CLASSIC_FILE)
    assert data.name == "classic"
    arrays = {key: getattr(data, key) for key in ("X", "y", "Xval", "yval")}
    assert describe(arrays) == CLASSIC["arrays"]
    assert CLASSIC_FILE.stat().st_size == CLASSIC["size"]


@needs_classic
def test_the_classic_file_can_be_installed_and_taken_back(data_folder: Path) -> None:
    """One command puts it in, another takes it out again."""
    assert command.main(["install", str(CLASSIC_FILE)]) == 0
    assert (data_folder / "data.mat").read_bytes() == CLASSIC_FILE.read_bytes()
    assert command.main(["make"]) == 0
    assert (data_folder / "data.mat").read_bytes() == DATA_FILE.read_bytes()


@pytest.mark.parametrize(("name", "lambd", "keep_prob"), MODELS)
def test_the_studys_trainer_is_the_assignments(name: str, lambd: float, keep_prob: float) -> None:
    """Training many sets at once gives what training one by the reference gives."""
    drawn = [draw(1), draw(2)]
    X, Y = (np.stack([arrays[key].T.astype(float) for arrays in drawn]) for key in ("X", "y"))
    many = train_all(X, Y, lambd, keep_prob, iterations=100)
    stream = np.random.RandomState(3)
    start = {}
    for layer, (fan_in, units) in enumerate(((2, 20), (20, 3), (3, 1)), start=1):
        start[f"W{layer}"] = stream.randn(units, fan_in) / np.sqrt(fan_in)
        start[f"b{layer}"] = np.zeros((units, 1))
    one = trained(X[1], Y[1], start, LEARNING_RATE, 100, lambd, keep_prob)
    for array, parameter in zip(many, ("W1", "b1", "W2", "b2", "W3", "b3"), strict=True):
        np.testing.assert_allclose(array[1], one[parameter][-1], rtol=1e-9, atol=1e-12)
    assert accuracy(many, X, Y).shape == (2,)


def test_the_readme_table_is_of_the_set_that_ships() -> None:
    """The numbers that the README gives for the shipped set come out of training on it."""
    readme = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")
    arrays = draw(SEED)
    X, Y, X_test, Y_test = (
        arrays[key].T.astype(float)[np.newaxis] for key in ("X", "y", "Xval", "yval")
    )
    for name, lambd, keep_prob in MODELS:
        row = next(line for line in readme.splitlines() if line.startswith(f"| {name} |"))
        parameters = train_all(X, Y, lambd, keep_prob)
        shares = (accuracy(parameters, X, Y)[0], accuracy(parameters, X_test, Y_test)[0])
        assert row.endswith("| {:.1%} / {:.1%} |".format(*shares))


def test_the_manifest_is_plain_json() -> None:
    """Other tools can read the manifest, and find what they need."""
    for entry in json.loads(MANIFEST_FILE.read_text(encoding="utf-8"))["data_sets"]:
        assert {"name", "sha256", "size", "arrays", "provenance"} <= entry.keys()
