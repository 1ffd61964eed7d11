"""`grader doctor`: it finds what is wrong with a machine or a course, and names the command that mends it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from grader.gradebook_state import without_password
from grader.health import examine_course, examine_machine, file_system_of
from grader.jail.bubblewrap import JailError
from grader.jail.checkup import Checkup, remedy, remedy_for_nesting
from testcases.secret import SECRET_FILE, make_secret

from .jail_support import forbid_nesting
from .test_release import NAME, hide_environment

needs_jail = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="no jail: apt-get install bubblewrap"
)

pytestmark = pytest.mark.slow

BROKEN = "public_tests/core/protocol.py"


def doctor(course: Course, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and report of `grader doctor` in a course."""
    code = main(["doctor", "--course-dir", str(course.root)])
    return code, capsys.readouterr().out


@pytest.fixture
def jail_is_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """No jail is tried, which takes a second: for tests of what has nothing to do with it."""
    fit = Checkup(nested=True, reason="", filtered=True, seconds=0.1)
    monkeypatch.setattr("grader.jail.checkup.try_jail", lambda *arguments: fit)


@needs_jail
def test_a_good_machine_and_course(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where all is well, every line passes, and the exit code is 0."""
    make_secret(released_course.root)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path)
        code, out = doctor(released_course, capsys)
    assert code == 0
    lines = out.splitlines()
    assert {line.split()[0] for line in lines[:-1]} == {"PASS"}
    assert lines[-1] == "This machine and this course are fit to grade."
    for words in (
        "Python 3",
        "nbgrader",
        "alembic",
        "kernel",
        "processor",
        "free",
        NAME,
        "gradebook",
    ):
        assert words in out


def test_it_changes_nothing(released_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """An examination leaves no file behind and none changed."""
    before = {p: p.read_bytes() for p in released_course.root.rglob("*") if p.is_file()}
    doctor(released_course, capsys)
    assert {p: p.read_bytes() for p in released_course.root.rglob("*") if p.is_file()} == before


@needs_jail
def test_it_works_outside_a_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Elsewhere it examines the machine, says that this is no course, and does not end with exit code 0."""
    assert main(["doctor", "--course-dir", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "CAUTION  Cannot open course folder" in out
    assert "→ Go to the course folder, or name it with --course-dir." in out
    assert "PASS     nbgrader" in out
    assert out.splitlines()[-1].endswith("but this is no course: no course was examined.")


def _secret_with_mode(course: Course) -> None:
    make_secret(course.root)
    (course.root / SECRET_FILE).chmod(0o644)


def _no_secret(course: Course) -> None:
    (course.root / SECRET_FILE).unlink()


def _bad_secret(course: Course) -> None:
    (course.root / SECRET_FILE).write_text("abc\n", encoding="ascii")


def _folder_is_a_file(course: Course) -> None:
    (course.root / "autograded").rmdir()
    (course.root / "autograded").write_text("in the way", encoding="utf-8")


def _no_release(course: Course) -> None:
    course.release(NAME).rename(course.root / "elsewhere")


def _remove_notebook(course: Course) -> None:
    (course.source(NAME) / f"{NAME}.ipynb").unlink()


def _break_a_copy(course: Course) -> None:
    with (course.source(NAME) / BROKEN).open("a", encoding="utf-8") as file:
        file.write("def (\n")


def _remove_a_copy_of_a_class(course: Course) -> None:
    (course.source(NAME) / "public_tests" / "core" / "check.py").unlink()
    course.submitted("ada", NAME).mkdir(parents=True)


def _folder_for_a_copy(course: Course) -> None:
    (course.source(NAME) / BROKEN).unlink()
    (course.source(NAME) / BROKEN).mkdir()


def _unknown_assignment(course: Course) -> None:
    (course.root / "source" / "poetry").mkdir()


def _no_assignment(course: Course) -> None:
    (course.root / "source").rename(course.root / "sources")


@needs_jail
@pytest.mark.usefixtures("jail_is_fit")
@pytest.mark.parametrize(
    ("damage", "code", "line", "remedy"),
    [
        (
            _secret_with_mode,
            0,
            "CAUTION  the course secret can be read by others (mode 644)",
            "chmod 600",
        ),
        (_bad_secret, 1, "FAIL     Cannot read the course secret", "Restore it from your backup"),
        (_no_secret, 0, "PASS     no course secret yet", ""),
        (_folder_is_a_file, 1, "FAIL     cannot write into", "ls -ld"),
        (_no_release, 0, "CAUTION  assignment regularization has no release", "grader release"),
        (
            _remove_notebook,
            1,
            "FAIL     assignment regularization: regularization.ipynb is",
            "git checkout",
        ),
        (_break_a_copy, 1, f"FAIL     assignment {NAME}: copies", f"→ grader release {NAME}\n"),
        (_remove_a_copy_of_a_class, 1, f"FAIL     assignment {NAME}: copies", f"{NAME} --force"),
        (_folder_for_a_copy, 1, f"FAIL     assignment {NAME}: cannot read", "Remove it"),
        (
            _unknown_assignment,
            1,
            "FAIL     assignment poetry: testcases/ does not know it",
            "rename",
        ),
        (_no_assignment, 1, "FAIL     no assignment in", "source/NAME/NAME.ipynb"),
        (
            lambda course: course.gradebook.write_bytes(b"damaged " * 1000),
            1,
            "FAIL     Cannot read gradebook",
            "Restore it from a backup",
        ),
        (
            lambda course: course.config_file.write_text("c = nonsense\n"),
            1,
            "FAIL     Cannot read",
            "Mend that line",
        ),
        (
            lambda course: course.gradebook.unlink(),
            0,
            "PASS     no gradebook yet",
            "",
        ),
    ],
)
def test_what_is_wrong_with_a_course(
    damage: Callable[[Course], None],
    code: int,
    line: str,
    remedy: str,
    released_course: Course,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each fault of a course gets a line with its level and a remedy; a FAIL makes the exit code 1."""
    damage(released_course)
    found, out = doctor(released_course, capsys)
    assert line in out
    after = out[out.index(line) :]
    assert remedy in after
    assert "Traceback" not in out
    assert found == code, out


@pytest.mark.usefixtures("jail_is_fit")
def test_a_foreign_kernel_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel of the user's own that runs another Python would grade without our packages."""
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    spec = {"argv": ["/opt/other/bin/python", "-m", "ipykernel"], "display_name": "Mine"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    (finding,) = (each for each in examine_machine() if "kernel" in each.text)
    assert finding.level == "FAIL"
    assert "/opt/other/bin/python" in finding.text
    assert str(folder) in finding.remedy


@pytest.mark.usefixtures("jail_is_fit")
def test_alembic_off_the_path_is_a_caution(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an activated environment `grader` works, plain nbgrader does not: both are said."""
    hide_environment(monkeypatch)
    (finding,) = (each for each in examine_machine() if "alembic" in each.text)
    assert finding.level == "CAUTION"
    assert finding.remedy.startswith("source ")


def test_old_and_missing_packages_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The minimums are those that the installed project asks for; extras do not count."""
    folder = tmp_path / "regularization_course-9.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: regularization-course\nVersion: 9\n"
        "Requires-Dist: numpy>=99\nRequires-Dist: no-such-package>=1\nRequires-Dist: scipy>=1\n"
        'Requires-Dist: no-such-extra; extra == "test"\n',
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    findings = {each.text.split()[0]: each for each in examine_machine()}
    assert findings["numpy"].level == "FAIL"
    assert findings["numpy"].remedy == 'pip install "numpy>=99"'
    assert findings["no-such-package"].level == "FAIL"
    assert findings["scipy"].level == "PASS"
    assert "no-such-extra" not in findings


def test_network_file_systems_are_recognised(tmp_path: Path) -> None:
    """The innermost mount around a folder decides what kind of file system it is on."""
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n/dev/sdb /home/local xfs rw 0 0\n",
        encoding="utf-8",
    )
    assert file_system_of(Path("/home/ada/course"), mounts) == "nfs4"
    assert file_system_of(Path("/home/local/course"), mounts) == "xfs"
    assert file_system_of(Path("/srv/course"), mounts) == "ext4"
    assert file_system_of(Path("/srv"), tmp_path / "none") == ""


def test_a_postgresql_gradebook_that_cannot_be_reached(released_course: Course) -> None:
    """The configured gradebook is the one examined, and its password is not printed."""
    with released_course.config_file.open("a", encoding="utf-8") as file:
        file.write('\nc.CourseDirectory.db_url = "postgresql://me:hush@127.0.0.1:1/grades"\n')
    (finding,) = (each for each in examine_course(released_course) if each.level == "FAIL")
    assert finding.text.startswith("Cannot read gradebook postgresql://me:***@127.0.0.1:1/grades: ")
    assert "See that its server runs" in finding.remedy
    assert "hush" not in finding.text + finding.remedy


def test_without_bubblewrap_the_machine_is_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No jail, no grading: the doctor fails and says what to install."""
    for module in ("server_process", "checkup"):
        monkeypatch.setattr(f"grader.jail.{module}.BWRAP", "no-such-bwrap")
    assert main(["doctor", "--course-dir", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "submissions cannot be jailed" in printed
    assert "apt-get install bubblewrap" in printed


@needs_jail
def test_where_isolation_cannot_be_nested_the_doctor_cautions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It grades all the same, and says what it costs, why, and what would change that."""
    forbid_nesting(tmp_path, monkeypatch)
    (finding,) = (each for each in examine_machine() if "jailed" in each.text)
    assert finding.level == "CAUTION"
    assert "each needs a server of its own, which takes" in finding.text
    assert finding.text.endswith("(clone: Operation not permitted)")
    assert "docker run --security-opt seccomp=unconfined" in finding.remedy


@needs_jail
def test_where_system_calls_are_not_filtered_the_doctor_cautions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The jail holds without the filter, but an instructor should know."""
    setup = Checkup(nested=True, reason="", filtered=False, seconds=0.01)
    monkeypatch.setattr("grader.jail.checkup.try_jail", lambda _: setup)
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    (finding,) = (each for each in examine_machine() if "filtered" in each.text)
    assert finding.level == "CAUTION"
    assert finding.text == "their system calls are not filtered on this machine (riscv64)"
    assert "x86_64 or aarch64" in finding.remedy


@needs_jail
def test_a_bubblewrap_that_is_not_allowed_to_work_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause is bubblewrap's own word, and the remedy a command to try it by."""
    script = tmp_path / "bwrap"
    script.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("grader.jail.checkup._SETTINGS", ())
    (finding,) = (each for each in examine_machine() if "jailed" in each.text)
    assert finding.level == "FAIL"
    assert finding.text.endswith("none are graded: bwrap: setting up uid map: Permission denied")
    assert "bwrap --unshare-all --ro-bind / / true" in finding.remedy


@needs_jail
def test_the_kernels_setting_that_forbids_namespaces_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one setting is known to be the cause, the remedy is the command that changes it."""
    setting = tmp_path / "setting"
    setting.write_text("1\n")
    known = ((str(setting), "1", "sysctl -w allow=0"), (str(tmp_path / "none"), "1", "no"))
    monkeypatch.setattr("grader.jail.checkup._SETTINGS", known)
    assert remedy(JailError("Cannot set up a jail: bwrap: no")) == "sysctl -w allow=0"
    assert remedy_for_nesting() == "sysctl -w allow=0"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:xyz/zy@host:abc/db",
        "postgresql//u:x@xyz/zy@host/db",
        "postgresql://u:x:xyz/zy:@host/db",
        "postgresql://u@host:abc/db?password=xyz/zy",
        "u:xyz/zy@host",
    ],
)
def test_a_password_is_blotted_out_of_what_is_no_address(address: str) -> None:
    """Whatever sign it holds, and wherever it stands."""
    assert "zy" not in without_password(address)
    assert "host" in without_password(address)
