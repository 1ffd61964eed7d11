"""`python -m datasets`: make, check, install, study."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from .loader import DATA_FILE, MANIFEST_FILE, DataSetError, load_data
from .make import SEED, draw, mat_bytes, write_whole
from .manifest import CLASSIC, manifest_text

ALL_WELL, NEEDS_ATTENTION = 0, 1
#: Sets in the study unless told otherwise; the table in README.md was made with these.
STUDY_SETS = 60


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m datasets", description="The data set of the course."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    make = commands.add_parser("make", help="make data.mat and manifest.json anew, bit for bit")
    make.add_argument("--seed", type=int, default=SEED, help="another set of the same process")
    make.add_argument("--output", type=Path, metavar="FILE", help="write the data there instead")
    check = commands.add_parser("check", help="check a data file against the manifest")
    check.add_argument("file", nargs="?", type=Path, default=DATA_FILE)
    install = commands.add_parser("install", help="use the classic exercise's own data file")
    install.add_argument("file", type=Path)
    study = commands.add_parser("study", help="train the three models on many sets; a few minutes")
    study.add_argument("--sets", type=int, default=STUDY_SETS)
    return parser


def _make(seed: int, output: Path | None) -> None:
    if seed != SEED and output is None:
        raise DataSetError(
            f"Cannot replace {DATA_FILE} by the set of seed {seed}: the manifest would not know it. "
            "Name another file with --output."
        )
    target = output or DATA_FILE
    write_whole(target, mat_bytes(draw(seed)))
    if output is None:
        write_whole(MANIFEST_FILE, manifest_text().encode())
    print(f"wrote {target}")


def _check(file: Path) -> None:
    data = load_data(file)
    print(
        f"{file} is the data set {data.name!r}: {len(data.X)} kicks to train with "
        f"({int(data.y.sum())} won), {len(data.Xval)} to test with ({int(data.yval.sum())} won)"
    )


def _install(file: Path) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataSetError(
            f"Cannot read {file}: {error.strerror}. Name the classic exercise's data.mat."
        ) from error
    if hashlib.sha256(content).hexdigest() != CLASSIC["sha256"]:
        raise DataSetError(
            f"Cannot install {file}: it is not the classic exercise's data file "
            f"(SHA-256 {CLASSIC['sha256'][:12]}…). Name that file; or stay with our own set, which "
            "`python -m datasets make` makes anew."
        )
    write_whole(DATA_FILE, content)
    print(
        f"installed the classic data set as {DATA_FILE}\n"
        "Next: `grader release` to put it into the assignment.\n"
        "To go back: `python -m datasets make`, then `grader release`."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "make":
            _make(options.seed, options.output)
        elif options.command == "check":
            _check(options.file)
        elif options.command == "install":
            _install(options.file)
        else:
            if options.sets < 2:
                _parser().error("--sets must be 2 or more: an interval needs more than one set")
            from .study import main as study

            study(options.sets)
    except DataSetError as error:
        print(f"datasets: {error}", file=sys.stderr)
        return NEEDS_ATTENTION
    except OSError as error:
        print(
            f"datasets: Cannot write {error.filename}: {error.strerror}. Make room there, or "
            "name another file.",
            file=sys.stderr,
        )
        return NEEDS_ATTENTION
    return ALL_WELL


if __name__ == "__main__":
    sys.exit(main())
