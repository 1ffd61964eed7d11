"""`grader release`: generate the student version and check it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..archive import check_archive_name
from ..course import open_course, shown
from ..errors import ALL_WELL
from ..terminal import tell, terminal_of
from ..writing import check_writable

#: For everybody to read.
_MODE = 0o644


def run(options: argparse.Namespace) -> int:
    """Make the release, and print where it is, what is in it and what was made sure of."""
    course = open_course(options.course_dir)
    name = course.choose_assignment(options.assignment)
    if options.zip is not None:
        check_writable(Path(options.zip), course, stdout=False)
        check_archive_name(options.zip)
    from ..judge_files import require_own_judge

    require_own_judge(course, "release")
    from ..releasing import make_release  # after the quick checks: it takes seconds to import

    release = make_release(course, name, options.force)
    for change in release.synced:
        print(f"brought up to date: source/{name}/{change}")
    state = "new" if release.changed else "unchanged"
    print(f"{shown(release.folder)} ({state}): {len(release.files)} files")
    width = max(len(path) for path, _ in release.files)
    for path, size in release.files:
        print(f"  {path:<{width}}  {size:>9,} bytes")
    terminal = terminal_of(sys.stdout)
    tick = terminal.paint("✔", "green")
    for sentence in release.checked:
        tell(sentence, first=f"  {tick} ", below="    ")
    if options.zip is not None:
        _write_zip(Path(options.zip), release.folder, [path for path, _ in release.files])
        print(f"{options.zip}: the same files in a folder {name}/, to upload or to send")
    return ALL_WELL


def _write_zip(target: Path, folder: Path, paths: list[str]) -> None:
    from ..archive import write_archive, zipped

    files = {f"{folder.name}/{path}": (folder / path).read_bytes() for path in paths}
    write_archive(target, zipped(files, _MODE), _MODE, "the archive")
