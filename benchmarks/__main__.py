"""Run the benchmarks: `python -m benchmarks [NAME ...]`, or `make bench` for all of them."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from . import bench_report, bench_similarity, bench_training
from .grading import bench as bench_grading
from .grading import bench_cluster

#: name → what runs it
BENCHMARKS: Mapping[str, Callable[[], bool]] = {
    "training": bench_training.run,
    "grading": bench_grading.run_grading,
    "growth": bench_grading.run_growth,
    "cluster": bench_cluster.run_cluster,
    "similarity": bench_similarity.run,
    "report": bench_report.run_report,
}


def machine() -> str:
    """The processor and how many cores of it this process may use, as far as the system tells."""
    name = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")  # Linux; elsewhere the architecture has to do
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        name = next(named, name)
    sched_getaffinity = getattr(os, "sched_getaffinity", None)
    cores = len(sched_getaffinity(0)) if sched_getaffinity else os.cpu_count()
    return f"{name}, {cores} cores, {platform.system()}"


def main(arguments: list[str]) -> int:
    """Run the benchmarks named, or all; 0 if every promise was kept, 1 if one was not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHMARKS)}")
    names = parser.parse_args(arguments).names
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"Cannot run {', '.join(unknown)}: no such benchmark. See --help.")

    print(f"command  {' '.join(['python -m benchmarks', *arguments])}")
    print(f"machine  {machine()}")
    print(f"Python {platform.python_version()}, NumPy {np.__version__}")
    kept = [BENCHMARKS[name]() for name in names or BENCHMARKS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
