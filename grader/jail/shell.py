"""The student's notebook inside the jail: an IPython shell whose outputs are caught and bounded.

IPython rather than `exec`, because students use what a notebook offers: magics, `display`, a last
expression that shows itself. What is caught here is shown to people later, and never believed.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import io
import json
import os
import random
import sys
import warnings
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any
from unittest import mock

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from stillness import Cell, definitions, stored
from traitlets.config import Config

GIVEN = Path("/given")
#: File there with the texts of the instructor's code cells, "early" and "late": after the first test.
CELLS = ".cells.json"
_OUTPUTS_PER_CELL = 50
_ERROR_TEXT = 10_000
#: What Python raises over text that is no Python.
_NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


class _Bounded(io.TextIOBase):
    """Text that stops growing at its limit."""

    def __init__(self, outputs: _Outputs, name: str) -> None:
        self._outputs = outputs
        self._name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._outputs.text(self._name, str(text))
        return len(text)


class _Outputs:
    """What a cell shows, in order, as nbformat's kinds of output."""

    def __init__(self) -> None:
        self.start({"output_characters": 0, "picture_bytes": 0})

    def start(self, limits: Mapping[str, Any]) -> None:
        """Forget what was shown, and allow as much anew."""
        self._room = limits["output_characters"]
        self._picture_room = limits["picture_bytes"]
        self.shown: list[dict[str, Any]] = []

    def text(self, stream: str, text: str) -> None:
        """Something printed."""
        text = self._cut(text)
        if not text:
            return
        last = self.shown[-1] if self.shown else {}
        if last.get("kind") == "stream" and last["name"] == stream:
            last["text"] += text
        else:
            self._add({"kind": "stream", "name": stream, "text": text})

    def rich(self, kind: str, data: Mapping[str, Any]) -> None:
        """Something displayed: its plain text, and its picture if it has one."""
        output: dict[str, Any] = {"kind": kind, "text": self._cut(str(data.get("text/plain", "")))}
        picture = data.get("image/png")
        if isinstance(picture, bytes) and len(picture) <= self._picture_room:
            self._picture_room -= len(picture)
            output["png"] = np.frombuffer(picture, dtype=np.uint8)
        self._add(output)

    def error(self, name: str, message: str, traceback: str) -> None:
        """The exception that ended the cell; shown however much was printed before."""
        texts = {"name": name, "message": message, "traceback": traceback}
        self._add({"kind": "error"} | {key: text[:_ERROR_TEXT] for key, text in texts.items()})

    def _add(self, output: dict[str, Any]) -> None:
        if len(self.shown) < _OUTPUTS_PER_CELL:
            self.shown.append(output)

    def _cut(self, text: str) -> str:
        kept = text[: max(0, self._room)]
        self._room -= len(text)
        return kept


class _Publisher(DisplayPublisher):
    """Catches `display(...)`, and the figures that matplotlib shows at the end of a cell."""

    outputs: _Outputs

    def publish(self, data: Any, *_: Any, **__: Any) -> None:
        self.outputs.rich("display", data)

    def clear_output(self, wait: bool = False) -> None:
        del wait


class _Hook(DisplayHook):
    """Catches the value of a cell's last expression."""

    outputs: _Outputs
    #: Text of the cell that is being run.
    text = ""

    def quiet(self) -> bool:
        """Whether the cell ends in a semicolon, and so wants nothing shown."""
        return bool(self.semicolon_at_end_of_expression(self.text))

    def __call__(self, result: Any = None) -> None:
        if result is not None and not self.quiet():
            data, _ = self.compute_format_data(result)
            self.outputs.rich("result", data)


class _CatchingShell(InteractiveShell):
    """A shell that reports errors to `_Outputs`; no history, no colours."""

    outputs: _Outputs

    @contextlib.contextmanager
    def _tee(self, channel: Any) -> Iterator[None]:
        """IPython would keep all that is printed for its history, without a bound."""
        yield

    def transform_cell(self, raw_cell: str) -> str:
        """What is Python as it stands needs no search, token by token, for magics and the like."""
        if not self.input_transformers_post:
            with warnings.catch_warnings(), contextlib.suppress(*_NO_PYTHON):
                warnings.simplefilter("ignore")
                ast.parse(raw_cell)
                return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        transformed: str = super().transform_cell(raw_cell)
        return transformed

    def enable_gui(self, gui: Any = None) -> None:
        """Pictures go into the notebook; there is no window system to talk to."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        name = getattr(etype, "__name__", str(etype))
        try:
            message = str(evalue)
        except Exception:  # noqa: BLE001  a student's exception may fail to print itself
            message = ""
        self.outputs.error(name, message, self.InteractiveTB.stb2text(stb))


class Shell:
    """Runs the cells of one notebook, and calls its functions on cases."""

    def __init__(self, module: ModuleType) -> None:
        package = module.__name__.split(".")[0]
        self._drivers = module.DRIVERS
        self._observe = importlib.import_module(f"{package}.core.observe").observe
        self._same = importlib.import_module(f"{package}.core.compare").same
        protocol = importlib.import_module(f"{package}.core.protocol")
        self._case = protocol.Case
        #: What stands for a returned value that is not plain data.
        self.opaque = protocol.Opaque
        self._outputs = _Outputs()
        #: Cells that are compiled already: their text, and the pieces that are run one by one.
        self._known: dict[str, tuple[CodeType, ...]] = {}
        #: Names that the given cells after the first test set; None if that cannot be told.
        self.late: frozenset[str] | None = None
        self._limits: dict[str, Any] = {"output_characters": 20_000, "picture_bytes": 1 << 20}
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.xmode = "Plain"
        _CatchingShell.outputs = _Publisher.outputs = _Hook.outputs = self._outputs
        self._shell = _CatchingShell.instance(
            config=config, display_pub_class=_Publisher, displayhook_class=_Hook
        )

    def _learn(self, sources: Sequence[str]) -> None:
        """Let IPython prepare cells for running, without running them."""
        prepared: list[CodeType] = []

        async def prepare(code: CodeType, *_: Any, **__: Any) -> bool:
            prepared.append(code)
            return False

        with mock.patch.object(self._shell, "run_code", prepare):
            for source in sources:
                prepared.clear()
                result = self.run_cell(source)
                waits = any(code.co_flags & inspect.CO_COROUTINE for code in prepared)
                if result["ok"] and not result["outputs"] and not waits:
                    self._known[source] = tuple(prepared)

    def _filename(self, source: str) -> str:
        """What a cell's Python is called in tracebacks, which find its lines by that name."""
        name: str = self._shell.compile.cache(source, self._shell.execution_count, raw_code=source)
        return name

    def prepare(self, cells: Sequence[Cell]) -> bool:
        """Compile the student's cells if the notebook is still (see `stillness`); whether it is."""
        if self.late is None:
            return False
        codes = definitions(cells, self._shell.transform_cell, self._filename, self.late)
        self._known.update((source, (code,)) for source, code in (codes or {}).items())
        return codes is not None

    def warm_up(self) -> None:
        """Do once, before any fork, what every child would otherwise do for itself."""
        self._shell.enable_matplotlib("inline")
        self._outputs.start(self._limits)
        for module in GIVEN.glob("*.py"):
            importlib.import_module(module.stem)
        for cell in (
            "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
            "import numpy as np\nprint(np.random.rand(2, 3) @ np.ones((3, 1)), [0.5, 1e-9])",
            "1 / 0",
            "%pwd",
        ):
            self.run_cell(cell)
        cells = GIVEN / CELLS
        if cells.exists():
            given = json.loads(cells.read_text(encoding="utf-8"))
            self._learn([*given["early"], *given["late"]])
            if all(source in self._known for source in given["late"]):
                self.late = stored(code for source in given["late"] for code in self._known[source])
        self._shell.reset(new_session=False)

    def begin(self, limits: Mapping[str, Any], files: Mapping[str, np.ndarray]) -> None:
        """Make the scratch folder look like the notebook's folder, and start afresh."""
        self._limits = dict(limits)
        for name, content in files.items():
            Path(name).write_bytes(content.tobytes())
        for path in GIVEN.iterdir():
            if path.name != CELLS and not Path(path.name).exists():
                os.symlink(path, path.name)
        sys.path.insert(0, str(Path.cwd()))
        np.random.seed(None)
        random.seed()

    def run_cell(self, source: str) -> dict[str, Any]:
        """Run a code cell; the answer holds what it showed and whether it came to its end."""
        self._outputs.start(self._limits)
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (
            _Bounded(self._outputs, "stdout"),
            _Bounded(self._outputs, "stderr"),
        )
        _Hook.text = source
        try:
            codes = self._known.get(source)
            if codes is None:
                ok = bool(self._shell.run_cell(source, store_history=False).success)
            else:
                ok = self._run_known(codes)
        finally:
            sys.stdout, sys.stderr = streams
        if not ok:  # for whoever asks why a function is not defined; see `observe`
            history = self._shell.user_ns.get("In")
            if type(history) is list:
                history.append(source)
        return {"ok": ok, "outputs": tuple(self._outputs.shown)}

    def _run_known(self, codes: Sequence[CodeType]) -> bool:
        """Run a cell without what IPython does to find out what is in it."""
        shell = self._shell
        try:
            with shell.builtin_trap, shell.display_trap:
                return not any(_at_once(shell.run_code(code)) for code in codes)
        except BaseException as error:  # noqa: BLE001  an exception may raise another when shown
            self._outputs.error(type(error).__name__, "", "")
            return False
        finally:
            shell.events.trigger("post_execute")

    def observe(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """Call a graded function on a case; the answer holds what was seen."""
        asked = self._case(**case)
        seen = self._observe(asked, self._shell.user_ns, self._drivers)
        fault = asdict(seen.fault) if seen.fault is not None else None
        pairs = zip(asked.arguments, seen.arguments_after or (), strict=False)
        changed = {
            str(index): after
            for index, (before, after) in enumerate(pairs)
            if not self._same(before, after)
        }
        # The given files may be older than this one, and know of no effects.
        effects = asdict(seen.effects) if hasattr(seen, "effects") else None
        return {
            "outcome": seen.outcome,
            "value": seen.value,
            "changed": changed,
            "fault": fault,
            "effects": effects,
        }


def _at_once(coroutine: Coroutine[Any, Any, bool]) -> bool:
    """What comes of a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return bool(end.value)
    raise RuntimeError("a cell that waits was taken for one that does not")
