"""`grader release`: generate the student version and check it."""

from __future__ import annotations

import argparse

from ..course import open_course, shown
from ..errors import ALL_WELL


def run(options: argparse.Namespace) -> int:
    """Make the release, and print where it is, what is in it and what was made sure of."""
    course = open_course(options.course_dir)
    name = course.choose_assignment(options.assignment)
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
    for sentence in release.checked:
        print(f"  ✔ {sentence}")
    return ALL_WELL
