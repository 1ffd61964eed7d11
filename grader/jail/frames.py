"""The border: how plain data crosses between the jail and the grader, in both directions.

A frame is one message: a header of JSON, then the bytes of its arrays as `.npy` without pickle.

    8 bytes  b"GRDR" and the number of parts, big-endian
    8 bytes  for each part: its length
    then the parts; part 0 is JSON, the others are arrays

What comes out of the jail is hostile until proven otherwise. Lengths are checked before anything is
read into memory, arrays are rebuilt from header and bytes (never unpickled), and only the kinds
that `Plain` knows come out: None, bool, int, float, str, arrays of kind b, i, u or f, tuples, and
dictionaries with string keys. This module is used on both sides and needs NumPy alone.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import re
import socket
import struct
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

MAGIC = b"GRDR"
#: Limits of one frame. A right answer to any case is below a hundredth of them.
MAX_PARTS = 2_000
MAX_BYTES = 32 * 1024 * 1024
#: Deepest nesting of the JSON part; `json` itself would recurse until Python's limit.
MAX_NESTING = 32
#: Longest JSON part: lists of nothing take far more memory than text.
MAX_JSON_BYTES = 2 * 1024 * 1024
#: Bytes of a part, in whatever they came.
Buffer = bytes | bytearray | memoryview
_KINDS = "biuf"
_MAX_ITEMSIZE = 8
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_HEADER = struct.Struct("!4sI")
_LENGTH_SIZE = 8
_NPY_MAGIC = b"\x93NUMPY\x01\x00"
#: What NumPy writes after that, for arrays of a simple kind. Its reader accepts more: any Python
#: literal; and evaluates it, which takes longer than all the rest.
_NPY_TEXT = re.compile(
    rb"..\{'descr': '(?P<descr>[<>|]?[a-zA-Z][0-9]{1,3})', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(?:[0-9]{1,20}, ?)*(?:[0-9]{1,20})?)\)(?:, )?\} *\n",
    re.DOTALL,
)
#: Longest header of an array: one of 32 dimensions has less.
_MAX_NPY_HEADER = 2_000


class BorderError(Exception):
    """What arrived is not a frame that may pass the border; the text says why."""


class ClosedError(BorderError):
    """The other side has closed the connection, or has died."""


class Connection:
    """Frames over a stream socket."""

    def __init__(self, stream: socket.socket, opaque: type) -> None:
        """`opaque` is the side's own class for what is not plain data, made from one string."""
        self._stream = stream
        self._opaque = opaque

    def fileno(self) -> int:
        """The descriptor of the socket."""
        return self._stream.fileno()

    def send(self, message: Any) -> None:
        """Send one message of plain data.

        Raises:
            ClosedError: the other side is gone.
        """
        try:
            self._stream.sendall(pack(message, self._opaque))
        except (BrokenPipeError, ConnectionError) as error:
            raise ClosedError("the connection is closed") from error

    def receive(self, timeout: float | None = None) -> Any:
        """Receive one message.

        Args:
            timeout: seconds of silence after which to give up; None waits for ever.

        Raises:
            TimeoutError: nothing came in time.
            ClosedError: the other side is gone.
            BorderError: what came is not a frame.
        """
        self._deadline = math.inf if timeout is None else time.monotonic() + timeout
        magic, parts = _HEADER.unpack(self._read(_HEADER.size))
        if magic != MAGIC or not 1 <= parts <= MAX_PARTS:
            raise BorderError("not a frame")
        lengths = struct.unpack(f"!{parts}Q", self._read(parts * _LENGTH_SIZE))
        if sum(lengths) > MAX_BYTES or lengths[0] > MAX_JSON_BYTES:
            raise BorderError(f"a frame of more than {MAX_BYTES} bytes")
        body = memoryview(self._read(sum(lengths)))
        ends = itertools.accumulate(lengths)
        blobs = [body[end - length : end] for length, end in zip(lengths, ends, strict=True)]
        self._stream.settimeout(timeout)  # for what is sent next
        return unpack(blobs, self._opaque)

    def _read(self, size: int) -> bytearray:
        buffer = bytearray(size)
        view = memoryview(buffer)
        while view:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._stream.settimeout(None if left == math.inf else left)
            try:
                count = self._stream.recv_into(view)
            except ConnectionError as error:
                raise ClosedError("the connection broke") from error
            if count == 0:
                raise ClosedError("the connection is closed")
            view = view[count:]
        return buffer

    def close(self) -> None:
        """Close this side."""
        self._stream.close()


def pack(message: Any, opaque: type) -> bytes:
    """A message of plain data as a frame."""
    blobs: list[bytes] = []
    header = json.dumps(_to_json(message, blobs, opaque), allow_nan=False).encode()
    parts = [header, *blobs]
    lengths = struct.pack(f"!{len(parts)}Q", *map(len, parts))
    return b"".join((_HEADER.pack(MAGIC, len(parts)), lengths, *parts))


def unpack(parts: Sequence[Buffer], opaque: type) -> Any:
    """The message of a frame's parts.

    Raises:
        BorderError: the parts are not what `pack` makes.
    """
    header = bytes(parts[0])
    _check_nesting(header)
    try:
        tree = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise BorderError("a frame without JSON") from error
    return _from_json(tree, list(parts), opaque)


def _check_nesting(header: bytes) -> None:
    """Refuse deep nesting before `json` recurses into it. Brackets in strings count too: no harm."""
    depth = deepest = 0
    for byte in header.translate(None, _NO_BRACKETS):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    if deepest > MAX_NESTING:
        raise BorderError("a frame nested too deeply")


def _to_json(value: Any, blobs: list[bytes], opaque: type) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else {"f": repr(value)}
    if isinstance(value, np.ndarray):
        fortran = value.flags.f_contiguous and not value.flags.c_contiguous
        header = _npy_header(value.dtype.str, fortran, value.shape)
        blobs.append(header + value.tobytes("F" if fortran else "C"))
        return {"a": len(blobs)}
    if isinstance(value, tuple):
        return [_to_json(element, blobs, opaque) for element in value]
    if isinstance(value, opaque):
        return {"o": getattr(value, "kind", "")}
    return {"d": {key: _to_json(element, blobs, opaque) for key, element in value.items()}}


def _from_json(tree: Any, parts: list[Buffer], opaque: type) -> Any:
    if tree is None or isinstance(tree, (bool, str, float)):
        return tree
    if isinstance(tree, list):
        return tuple(_from_json(element, parts, opaque) for element in tree)
    if isinstance(tree, dict) and len(tree) == 1:
        [(kind, content)] = tree.items()
        if kind == "d" and isinstance(content, dict):
            return {key: _from_json(element, parts, opaque) for key, element in content.items()}
        if kind == "i" and isinstance(content, str) and len(content) < 400:
            return _number(int, content)
        if kind == "f" and content in ("nan", "inf", "-inf"):
            return float(content)
        if kind == "o" and isinstance(content, str):
            return opaque(content[:200])
        if kind == "a" and type(content) is int and 1 <= content < len(parts):
            blob, parts[content] = parts[content], b""  # once: no frame multiplies itself
            return _array(blob)
    raise BorderError("a frame with something in it that is not plain data")


def _number(kind: type[int], text: str) -> int:
    try:
        return kind(text)
    except ValueError as error:
        raise BorderError("a frame with a damaged number") from error


@lru_cache(maxsize=1024)
def _npy_header(dtype: str, fortran: bool, shape: tuple[int, ...]) -> bytes:
    """The beginning of an array's `.npy` bytes."""
    buffer = io.BytesIO()
    fields = {"descr": dtype, "fortran_order": fortran, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, fields)
    return buffer.getvalue()


@lru_cache(maxsize=1024)
def _npy_fields(header: bytes) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, order and dtype of an array that begins like this.

    Raises:
        BorderError: it may not pass.
    """
    written = _NPY_TEXT.fullmatch(header)
    if written is None:
        raise BorderError("an array with a damaged header")
    try:
        dtype = np.dtype(written["descr"].decode())
        shape = tuple(int(length) for length in written["shape"].split(b",") if length.strip())
    except (TypeError, ValueError) as error:
        raise BorderError("an array with a damaged header") from error
    fortran = written["fortran"] == b"True"
    if dtype.kind not in _KINDS or dtype.itemsize > _MAX_ITEMSIZE or dtype.hasobject:
        raise BorderError(f"an array of dtype {dtype}")
    if any(type(length) is not int or not 0 <= length <= MAX_BYTES for length in shape):
        raise BorderError("an array of an impossible shape")
    if len(shape) > MAX_NESTING:
        raise BorderError("an array of an impossible shape")
    return shape, fortran, dtype


def _array(content: Buffer) -> np.ndarray:
    """An array from `.npy` bytes: header checked first, then exactly that many bytes of data."""
    start = len(_NPY_MAGIC)
    if bytes(content[:start]) != _NPY_MAGIC:
        raise BorderError("an array of an unknown format")
    data = start + 2 + int.from_bytes(content[start : start + 2], "little")
    if data > min(len(content), _MAX_NPY_HEADER):
        raise BorderError("an array with a damaged header")
    shape, fortran, dtype = _npy_fields(bytes(content[start:data]))
    if math.prod(shape) * dtype.itemsize != len(content) - data:
        raise BorderError("an array whose bytes do not fit its shape")
    array = (
        np.frombuffer(content, dtype, offset=data) if len(content) > data else np.empty(0, dtype)
    )
    array = array.reshape(shape, order="F" if fortran else "C")
    return np.array(array, dtype=dtype.newbyteorder("="), order="C")
