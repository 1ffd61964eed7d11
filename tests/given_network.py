"""Support for tests of `reg_utils.py`: the file as a module, small networks, and all figures made."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from .source_notebook import SOURCE

_made: list[Figure] = []


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reg_utils_alone", SOURCE / "reg_utils.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: The given network, under a name of its own, so that no other test meets it.
given = _load()


def a_net(sizes: tuple[int, ...], m: int = 7) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Inputs, labels and parameters of a random network, biases included."""
    stream = np.random.default_rng([*sizes, m])
    parameters = {}
    for k, (fan_in, units) in enumerate(pairwise(sizes), start=1):
        parameters[f"W{k}"] = stream.normal(size=(units, fan_in))
        parameters[f"b{k}"] = stream.normal(size=(units, 1))
    return stream.normal(size=(sizes[0], m)), stream.integers(0, 2, (1, m)), parameters


def remember(figure: Figure) -> None:
    """Matplotlib calls this with every new figure inside `recorded_figures`."""
    _made.append(figure)


@contextmanager
def recorded_figures() -> Iterator[list[Figure]]:
    """All figures made meanwhile, also those closed again; none is open before or after."""
    plt.switch_backend("agg")
    plt.close("all")
    _made.clear()
    with rc_context({"figure.hooks": [f"{__name__}:remember"]}):
        yield _made
    plt.close("all")
