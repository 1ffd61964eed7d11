"""The border: what goes through unchanged, and that nothing malformed gets through at all."""

from __future__ import annotations

import io
import math
import pickle
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.jail.frames import (
    MAGIC,
    MAX_BYTES,
    MAX_NESTING,
    MAX_PARTS,
    BorderError,
    ClosedError,
    Connection,
    pack,
    unpack,
)
from testcases.core.protocol import Opaque


def parts_of(message: Any) -> list[bytes]:
    """The parts of the frame that `pack` makes of a message."""
    frame = pack(message, Opaque)
    (count,) = struct.unpack_from("!I", frame, 4)
    place = 8 + 8 * count
    parts = []
    for length in struct.unpack_from(f"!{count}Q", frame, 8):
        parts.append(frame[place : place + length])
        place += length
    assert place == len(frame)
    return parts


def there_and_back(message: Any) -> Any:
    """What arrives when a message is sent."""
    return unpack(parts_of(message), Opaque)


def npy(header: object, data: bytes = b"") -> bytes:
    """An `.npy` file with any header text."""
    text = repr(header) if not isinstance(header, str) else header
    content = text.encode("latin1") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(content)) + content + data


def header(shape: object, descr: object = "<f8", fortran: object = False) -> dict[str, object]:
    """The header of an `.npy` file as NumPy writes it."""
    return {"descr": descr, "fortran_order": fortran, "shape": shape}


@pytest.fixture
def wires() -> Iterator[tuple[socket.socket, Connection]]:
    """A raw end, and a connection that reads from it."""
    raw, theirs = socket.socketpair()
    connection = Connection(theirs, Opaque)
    with raw:
        yield raw, connection
        connection.close()


@pytest.mark.parametrize(
    "message",
    [
        None,
        True,
        0,
        -1,
        10**300,
        1.5,
        math.inf,
        -math.inf,
        "",
        "λ \ud800 \x00",
        (),
        ((), (1, "a")),
        {},
        {"": {"i": "1"}, "a": ({"d": None},)},
        Opaque("a generator"),
    ],
)
def test_plain_data_arrive_unchanged(message: Any) -> None:
    """Values keep their type and their value, whatever their keys look like."""
    arrived = there_and_back(message)
    assert arrived == message
    assert type(arrived) is type(message)


def test_floats_keep_their_last_bit() -> None:
    """NaN, the sign of zero and the smallest numbers survive."""
    assert math.isnan(there_and_back(math.nan))
    assert math.copysign(1, there_and_back(-0.0)) == -1
    assert there_and_back((5e-324, 0.1, 1.7976931348623157e308)) == (
        5e-324,
        0.1,
        1.7976931348623157e308,
    )


@pytest.mark.parametrize(
    "array",
    [
        np.array(1.5),
        np.zeros((0, 3)),
        np.zeros((3, 0, 2), dtype=np.int8),
        np.array([np.nan, np.inf, -np.inf, -0.0]),
        np.array([[True, False]]),
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(6.0).reshape(2, 3).T,
        np.arange(10)[::2],
        np.arange(3, dtype=">f8"),
        np.float16([1, 2]),
        np.array([2**63 - 1, -(2**63)]),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_arrays_arrive_unchanged(array: np.ndarray) -> None:
    """Values, shape and kind survive any memory layout; what arrives is one's own and writable."""
    arrived = there_and_back({"a": (array, array)})["a"][1]
    assert type(arrived) is np.ndarray
    assert arrived.shape == array.shape
    assert arrived.dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(arrived, array, equal_nan=array.dtype.kind == "f")
    assert array.dtype.kind != "f" or np.array_equal(np.signbit(arrived), np.signbit(array))
    assert arrived.flags.c_contiguous
    assert arrived.flags.writeable


def test_a_subclass_arrives_as_a_plain_array() -> None:
    """No class of the student's own passes the border."""
    matrix = np.zeros(3).view(type("Equal", (np.ndarray,), {"__eq__": lambda *_: True}))
    assert type(there_and_back(matrix)) is np.ndarray


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"1",
        b"1" * 5000,
        b'{"x": 1}',
        b"{}",
        b'{"i": "1", "f": "nan"}',
        b'{"d": {}, "a": 1}',
        b'{"d": []}',
        b'{"i": 1}',
        b'{"i": "one"}',
        b'{"i": ""}',
        b'{"i": "' + b"9" * 400 + b'"}',
        b'{"f": "1.0"}',
        b'{"f": []}',
        b'{"o": 1}',
        b'{"a": 0}',
        b'{"a": 1}',
        b'{"a": -1}',
        b'{"a": true}',
        b'{"a": "1"}',
        b'[{"d": {"k": {"unknown": 1}}}]',
        b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1),
        b"[" * 10**6,
        b'{"d":{"k":' * 10**5,
    ],
    ids=lambda text: text[:30].decode("latin1"),
)
def test_malformed_json_is_refused(text: bytes) -> None:
    """Unknown tags, two tags, numbers of the wrong kind and deep nesting are no message."""
    with pytest.raises(BorderError):
        unpack([text], Opaque)


def _saved(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


EIGHT = bytes(8)
MALFORMED_ARRAYS = {
    "empty": b"",
    "magic only": b"\x93NUMPY",
    "version 2": b"\x93NUMPY\x02\x00" + bytes(20),
    "version 9": b"\x93NUMPY\x09\x00" + bytes(20),
    "a pickle": pickle.dumps(np.zeros(3)),
    "objects": _saved(np.array([None, {}], dtype=object)),
    "object dtype": npy(header((1,), "|O"), EIGHT),
    "text": _saved(np.array(["a"])),
    "bytes": _saved(np.array([b"a"])),
    "complex": _saved(np.array([1j])),
    "dates": _saved(np.array(["2020-01-01"], dtype="datetime64[D]")),
    "durations": _saved(np.array([1], dtype="timedelta64[s]")),
    "structured": _saved(np.zeros(2, dtype=[("a", "f8"), ("b", "i4")])),
    "void": npy(header((1,), "|V8"), EIGHT),
    "subarray": npy(header((1,), "(2,)f4"), EIGHT),
    "long double": _saved(np.zeros(1, dtype=np.longdouble)),
    "too few bytes": npy(header((2,)), EIGHT),
    "too many bytes": npy(header((1,)), EIGHT * 2),
    "huge shape": npy(header((2**62, 2**62)), EIGHT),
    "product of zero": npy(header((4, 0)), EIGHT),
    "negative": npy(header((-1,)), EIGHT),
    "two negatives": npy(header((-1, -1)), EIGHT),
    "a bool as length": npy(header((True,)), EIGHT),
    "a float as length": npy(header((1.0,)), EIGHT),
    "a list as shape": npy(header([1]), EIGHT),
    "too many dimensions": npy(header((1,) * 100), EIGHT),
    "no dictionary": npy("[1, 2]", EIGHT),
    "missing key": npy({"descr": "<f8", "shape": (1,)}, EIGHT),
    "further key": npy(header((1,)) | {"more": 1}, EIGHT),
    "fortran as text": npy(header((1,), fortran="yes"), EIGHT),
    "code": npy("__import__('os').system('true')", EIGHT),
    "half a header": b"\x93NUMPY\x01\x00\xff\xff" + b"{'descr'",
}


@pytest.mark.parametrize("name", MALFORMED_ARRAYS)
def test_malformed_arrays_are_refused(name: str) -> None:
    """An array passes only if its kind, its shape and its number of bytes fit."""
    with pytest.raises(BorderError):
        unpack([b'{"a": 1}', MALFORMED_ARRAYS[name]], Opaque)


def test_a_frame_arrives_over_a_socket(wires: tuple[socket.socket, Connection]) -> None:
    """What `pack` makes is what `receive` reads."""
    raw, connection = wires
    raw.sendall(pack({"x": np.arange(3)}, Opaque) + pack((1, 2), Opaque))
    assert connection.receive(1)["x"].tolist() == [0, 1, 2]
    assert connection.receive(1) == (1, 2)


@pytest.mark.parametrize(
    "sent",
    [
        b"BRDR" + bytes(8),
        MAGIC + struct.pack("!I", 0),
        MAGIC + struct.pack("!I", MAX_PARTS + 1),
        MAGIC + struct.pack("!IQ", 1, MAX_BYTES + 1),
        MAGIC + struct.pack("!IQ", 1, 2**63),
        MAGIC + struct.pack("!IQQ", 2, 4, MAX_BYTES),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_frame_is_refused_before_it_is_read(
    sent: bytes, wires: tuple[socket.socket, Connection]
) -> None:
    """Magic, number of parts and lengths are judged before memory is given to them."""
    raw, connection = wires
    raw.sendall(sent)
    with pytest.raises(BorderError) as caught:
        connection.receive(1)
    assert not isinstance(caught.value, ClosedError)


@pytest.mark.parametrize("kept", [0, 3, 8, 12, 17])
def test_a_truncated_frame_says_that_the_other_side_is_gone(
    kept: int, wires: tuple[socket.socket, Connection]
) -> None:
    """An end in the middle of a frame is an end, not a message."""
    raw, connection = wires
    raw.sendall(pack("hello", Opaque)[:kept])
    raw.shutdown(socket.SHUT_WR)
    with pytest.raises(ClosedError):
        connection.receive(1)


def test_silence_in_the_middle_of_a_frame_times_out(
    wires: tuple[socket.socket, Connection],
) -> None:
    """Half a frame does not make the grader wait for ever."""
    raw, connection = wires
    raw.sendall(pack("hello", Opaque)[:-1])
    with pytest.raises(TimeoutError):
        connection.receive(0.05)


def test_sending_to_a_closed_side_says_so(wires: tuple[socket.socket, Connection]) -> None:
    """A dead child is noticed when it is spoken to."""
    raw, connection = wires
    raw.close()
    with pytest.raises(ClosedError):
        connection.send("hello")


def test_one_array_cannot_be_named_twice() -> None:
    """A short frame must not grow into a large one: every array arrives once."""
    array = parts_of(np.zeros(3))[1]
    with pytest.raises(BorderError):
        unpack([b'[{"a": 1}, {"a": 1}]', array], Opaque)


def test_a_frame_has_one_deadline_however_slowly_it_comes(
    wires: tuple[socket.socket, Connection],
) -> None:
    """A byte now and then does not put the end of the wait off."""
    raw, connection = wires
    begun = time.monotonic()

    def drip() -> None:
        for byte in pack("hello" * 10, Opaque)[:-1]:
            raw.send(bytes([byte]))
            time.sleep(0.01)

    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises(TimeoutError):
        connection.receive(0.1)
    assert time.monotonic() - begun < 0.4
    dripping.join()
