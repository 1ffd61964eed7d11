"""What cells show, as nbformat has it: what the judge says, and what a student's code showed in the jail."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from testcases.core.check import MIME_TYPE, wrapped
from testcases.core.protocol import Judgement

#: Where an object lies in memory, as in `<Line2D object at 0x7f…>`: differs from run to run.
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def test_outputs(judgement: Judgement) -> list[dict[str, Any]]:
    """What the test cell shows: the message, and the points as nbgrader reads them."""
    return [
        {"output_type": "stream", "name": "stdout", "text": wrapped(judgement.message) + "\n"},
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            "data": {"text/plain": repr(float(judgement.score)), MIME_TYPE: asdict(judgement)},
        },
    ]


def shown_outputs(outputs: Any) -> Iterator[dict[str, Any]]:
    """The child's word on what a cell showed, as nbformat outputs. Text and pictures, nothing active."""
    for output in outputs if isinstance(outputs, tuple) else ():
        kind = output.get("kind") if isinstance(output, dict) else None
        if not isinstance(kind, str):
            continue
        if kind == "stream":
            name = "stderr" if _text(output.get("name")) == "stderr" else "stdout"
            yield {"output_type": "stream", "name": name, "text": _text(output.get("text"))}
        elif kind == "error":
            name, message = _text(output.get("name")), _text(output.get("message"))
            yield error_output(name, message, _text(output.get("traceback")))
        elif kind in ("display", "result"):
            data: dict[str, Any] = {"text/plain": _text(output.get("text"))}
            picture = output.get("png")
            if getattr(picture, "ndim", 0) == 1 and picture.dtype == "uint8":
                data["image/png"] = base64.b64encode(picture.tobytes()).decode()
            yield {"output_type": "display_data", "metadata": {}, "data": data}


def error_output(name: str, message: str, traceback: str) -> dict[str, Any]:
    return {
        "output_type": "error",
        "ename": name,
        "evalue": message,
        "traceback": traceback.splitlines(),
    }


def _text(value: Any) -> str:
    """Text that can be written as UTF-8 and is the same in every run, whatever it was."""
    if not isinstance(value, str):
        return ""
    return _ADDRESS.sub("at 0x…", value.encode("utf-8", "replace").decode())
