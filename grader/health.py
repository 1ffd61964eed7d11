"""What a machine and a course folder need so that grading works, and the command that mends each lack."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Literal

from testcases import PACKAGE_DIR, assignment_names, load_assignment
from testcases.secret import NO_SECRET, SECRET_FILE, SecretError, read_secret

from .course import Course
from .course_secret import how_to_go_on, lost, was_used
from .errors import GraderError
from .gradebook_state import missing_file, unwritable
from .judge_files import judge_trouble
from .nbgrader_course import check_gradebook, nbgrader_for
from .shipping import copies_trouble

#: The project's name among the installed packages; its requirements are the minimums.
_DISTRIBUTION = "regularization-course"
_MINIMUM_PYTHON = (3, 11)
#: Free bytes below which a class's notebooks may not fit, and below which hardly anything does.
_LITTLE_SPACE = 2_000_000_000
_NO_SPACE = 200_000_000
#: SQLite's locks do not hold on these file systems.
_NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "lustre", "ceph"})

Level = Literal["PASS", "CAUTION", "FAIL"]


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    level: Level
    text: str
    #: What to do about it; empty for a pass.
    remedy: str = ""


def examine_machine() -> Iterator[Finding]:
    """Python, its packages, the kernel, the processors."""
    yield _python()
    yield from _packages()
    yield _alembic()
    yield _kernel()
    yield _processors()
    yield from _jail()
    yield _space(Path(tempfile.gettempdir()), "temporary files")


def examine_course(course: Course) -> Iterator[Finding]:
    """One course folder: configuration, folders, gradebook, secret."""
    yield from _assignments(course)
    yield from _folders(course)
    yield from _judge(course)
    yield from _gradebook(course)
    yield _secret(course)
    yield _space(course.root, "the course")


def _python() -> Finding:
    version = sys.version_info[:3]
    shown = ".".join(map(str, version))
    if version < _MINIMUM_PYTHON:
        wanted = ".".join(map(str, _MINIMUM_PYTHON))
        return Finding(
            "FAIL",
            f"Python {shown} is too old",
            f"Install Python {wanted} or newer; make clean; make setup",
        )
    return Finding("PASS", f"Python {shown} at {sys.executable}")


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    try:
        lines = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("FAIL", f"the package {_DISTRIBUTION} is not installed", "make setup")
        return
    for requirement in map(Requirement, lines):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue  # an optional extra
        name = requirement.name
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding("FAIL", f"{name} is missing", f'pip install "{requirement}"')
            continue
        if requirement.specifier.contains(version, prereleases=True):
            yield Finding("PASS", f"{name} {version}")
        else:
            text = f"{name} {version} does not suit ({requirement.specifier} is needed)"
            yield Finding("FAIL", text, f'pip install "{requirement}"')


def _jail() -> Iterator[Finding]:
    from .jail.bubblewrap import JailError
    from .jail.checkup import cause_of, remedy, remedy_for_nesting, try_jail, version

    try:
        checkup = try_jail(load_assignment(assignment_names()[0]))
    except JailError as error:
        text = f"submissions cannot be jailed, so none are graded: {cause_of(str(error))}"
        yield Finding("FAIL", text, remedy(error))
        return
    if checkup.nested:
        yield Finding("PASS", f"submissions are jailed by {version()}; one warm server serves all")
    else:
        text = (
            f"submissions are jailed by {version()}, but each needs a server of its own, which "
            f"takes {checkup.seconds:.1f} s: in a common one they are not allowed to isolate "
            f"themselves ({cause_of(checkup.reason)})"
        )
        yield Finding("CAUTION", text, remedy_for_nesting())
    if checkup.filtered:
        yield Finding("PASS", "their system calls are filtered (seccomp)")
    else:
        yield Finding(
            "CAUTION",
            f"their system calls are not filtered on this machine ({platform.machine()})",
            "Grade on x86_64 or aarch64, with a kernel that has CONFIG_SECCOMP_FILTER",
        )


def _alembic() -> Finding:
    """nbgrader calls it by name to make a new gradebook."""
    folder = Path(sys.executable).parent
    if shutil.which("alembic") is not None:
        return Finding("PASS", "alembic is on PATH")
    if shutil.which("alembic", path=str(folder)) is not None:
        return Finding(
            "CAUTION",
            "alembic is not on PATH: `grader` finds it, plain `nbgrader` commands do not",
            f"source {quote(str(folder / 'activate'))}",
        )
    return Finding("FAIL", "alembic is missing, so no gradebook can be made", "pip install alembic")


def _kernel() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    install = f"{sys.executable} -m ipykernel install --sys-prefix"
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("FAIL", "there is no Jupyter kernel 'python3'", install)
    program = spec.argv[0]
    # Jupyter puts its own interpreter in the place of these bare names.
    own_names = {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info)}
    if program in own_names or Path(program).absolute() == Path(sys.executable).absolute():
        return Finding("PASS", "Jupyter kernel 'python3' runs this very Python")
    return Finding(
        "FAIL",
        f"Jupyter kernel 'python3' runs {program}, which may lack what grading needs",
        f"rm -r {quote(spec.resource_dir)}; {install}",
    )


def _processors() -> Finding:
    count = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return Finding("PASS", f"{count} processor{'s' if count > 1 else ''} (grade --jobs {count})")


def _space(folder: Path, what: str) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free for {what} ({folder})"
    if free < _NO_SPACE:
        return Finding("FAIL", f"only {text}", f"Make room: df -h {quote(str(folder))}")
    if free < _LITTLE_SPACE:
        return Finding("CAUTION", f"only {text}", f"Make room: df -h {quote(str(folder))}")
    return Finding("PASS", text)


def _assignments(course: Course) -> Iterator[Finding]:
    names = course.assignments()
    if not names:
        yield Finding(
            "FAIL", f"no assignment in {course.root / 'source'}", "Add source/NAME/NAME.ipynb"
        )
    for name in names:
        if name not in assignment_names():
            remedy = f"Add testcases/{name}/, or rename source/{name}"
            yield Finding("FAIL", f"assignment {name}: testcases/ does not know it", remedy)
        elif not (course.source(name) / f"{name}.ipynb").is_file():
            remedy = f"git checkout -- source/{name}"
            yield Finding("FAIL", f"assignment {name}: {name}.ipynb is missing", remedy)
        elif (trouble := copies_trouble(course, load_assignment(name))) is not None:
            yield Finding("FAIL", f"assignment {name}: {trouble[0]}", trouble[1])
        elif not course.release(name).is_dir():
            yield Finding(
                "CAUTION", f"assignment {name} has no release yet", f"grader release {name}"
            )
        else:
            yield Finding("PASS", f"assignment {name}")


def _judge(course: Course) -> Iterator[Finding]:
    """Only where the course folder has a `testcases/` of its own is there something to say."""
    if (trouble := judge_trouble(course)) is not None:
        yield Finding("FAIL", *trouble)
    elif (course.root / PACKAGE_DIR.name).is_dir():
        yield Finding("PASS", f"{course.root / PACKAGE_DIR.name} is what judges")


def _folders(course: Course) -> Iterator[Finding]:
    for name in ("", "source", "release", "submitted", "autograded", "feedback"):
        folder = course.root / name
        if name and not folder.exists():
            continue  # made when needed, in the course folder, which is tried first
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".grader-doctor-"):
                pass
        except OSError as error:
            text = f"cannot write into {folder}: {error.strerror}"
            yield Finding(
                "FAIL", text, f"See whose it is, and make it yours: ls -ld {quote(str(folder))}"
            )
        else:
            yield Finding("PASS", f"can write into {folder}")


def _gradebook(course: Course) -> Iterator[Finding]:
    try:
        with nbgrader_for(course) as nbgrader:
            yield Finding("PASS", f"course {nbgrader.course_id!r}: its configuration is readable")
            url = nbgrader.gradebook_url
            check_gradebook(url, nbgrader.course_id)
    except GraderError as error:
        text, _, remedy = str(error).partition(". ")
        yield Finding("FAIL", text, remedy)
        return
    from .gradebook import shown_url

    if missing_file(url):
        yield Finding("PASS", f"no gradebook yet: the next release makes {shown_url(url)}")
    else:
        yield Finding(
            "PASS", f"the gradebook is sound and belongs to this course: {shown_url(url)}"
        )
    if (trouble := unwritable(url)) is not None:
        yield Finding("FAIL", *trouble)
    kind = file_system_of(course.root)
    if url.startswith("sqlite") and kind in _NETWORK_FILE_SYSTEMS:
        yield Finding(
            "CAUTION",
            f"the gradebook is SQLite on a network file system ({kind}), which may damage it",
            "Keep the course on a local disk, or use PostgreSQL: grader grade --db URL",
        )


def file_system_of(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The kind of file system that `path` is on, such as "ext4"; empty where that cannot be told."""
    try:
        entries = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""  # not Linux
    around = [(Path(entry[1]), entry[2]) for entry in entries if path.is_relative_to(entry[1])]
    return max(around, key=lambda entry: len(entry[0].parts), default=(Path(), ""))[1]


def _secret(course: Course) -> Finding:
    path = course.root / SECRET_FILE
    try:
        secret, damage = read_secret(course.root), None
    except SecretError as error:
        secret, damage = NO_SECRET, str(error)
    except OSError as error:
        return Finding(
            "FAIL", f"cannot read {path}: {error.strerror}", f"Run: chmod 600 {quote(str(path))}"
        )
    if secret == NO_SECRET:
        try:
            used = was_used(course)
        except GraderError:
            text = "whether the course secret is lost cannot be told before the gradebook is mended"
            return Finding("CAUTION", text, "Mend what is said of the gradebook above")
        text, _, remedy = (damage or f"{lost(path)}. ").partition(". ")
        if used:
            return Finding("FAIL", text, how_to_go_on(path))
        if damage is not None:
            return Finding("FAIL", text, remedy)
        return Finding(
            "PASS", "no course secret yet: the first release makes it; keep a backup of it then"
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        text = f"the course secret can be read by others (mode {mode:o})"
        return Finding("CAUTION", text, f"chmod 600 {quote(str(path))}")
    return Finding("PASS", "the course secret is there, for its owner only")
