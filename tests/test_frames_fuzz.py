"""The border under fire: whatever bytes arrive, they are read or refused, and nothing else."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.jail.frames import BorderError, unpack
from testcases.core.protocol import Opaque

from .test_frames import header, npy, parts_of


def _passes_or_is_refused(parts: list[bytes]) -> None:
    try:
        unpack(parts, Opaque)
    except BorderError:
        return


VALID = parts_of(
    {
        "a": (np.arange(6.0).reshape(2, 3), -0.0, math.nan, 10**20, Opaque("x")),
        "b": np.array([True]),
    }
)
ODD_HEADERS = st.one_of(
    st.text(st.sampled_from("{}[]()'\":,0123456789LO<>fi-e \\n#\t"), max_size=60),
    st.fixed_dictionaries(
        {},
        optional={
            "descr": st.sampled_from(["<f8", "O", "", (), [("a", "f8")], ("f8", 2), 3, "i4,i4"]),
            "fortran_order": st.sampled_from([True, False, None, 1]),
            "shape": st.lists(st.sampled_from([0, 1, -1, 10**30, True, "1"]), max_size=4).map(
                tuple
            ),
        },
    ).map(repr),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_random_bytes_raise_nothing_but_border_errors(parts: list[bytes]) -> None:
    """Whatever comes, the grader knows what to do with it."""
    _passes_or_is_refused(parts)


@settings(max_examples=600, deadline=None)
@given(
    which=st.integers(0, len(VALID) - 1),
    place=st.integers(0, 300),
    cut=st.integers(0, 4),
    put=st.binary(max_size=4),
)
def test_damaged_frames_raise_nothing_but_border_errors(
    which: int, place: int, cut: int, put: bytes
) -> None:
    """A frame with a few bytes changed is read or refused, and nothing else."""
    parts = list(VALID)
    place %= len(parts[which]) + 1
    parts[which] = parts[which][:place] + put + parts[which][place + cut :]
    _passes_or_is_refused(parts)


@settings(max_examples=600, deadline=None)
@given(ODD_HEADERS, st.binary(max_size=16))
@example("(", b"")
@example("{1: 2, 'a': 3}", b"")
@example(repr(header((0, 10**30))), b"")
@example("{'descr': '<f8', 'fortran_order': False, 'shape': (0L,)}", b"")
def test_odd_array_headers_raise_nothing_but_border_errors(text: str, data: bytes) -> None:
    """NumPy's own reader of headers trips over some of these; the border must not."""
    _passes_or_is_refused([b'{"a": 1}', npy(text, data)])


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from("adifox"), inner, max_size=2)
        ),
        max_leaves=20,
    )
)
def test_any_json_raises_nothing_but_border_errors(tree: Any) -> None:
    """Tags in every combination are read or refused."""
    _passes_or_is_refused([json.dumps(tree).encode(), *VALID[1:]])
