"""Runs a program as a child and tells what it cost.

CPU is the child's user and system time together with that of whatever it waited for; peak memory is the largest
resident set of the child. On Linux a child starts from its parent's peak, so the parent has to stay small: whatever
needs room (preparing files, scoring) is a child too.
"""

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Cost:
    """CPU and wall time in seconds, peak resident memory in bytes, and what the child said."""

    cpu_seconds: float
    wall_seconds: float
    peak_rss_bytes: int
    said: str

    def as_dict(self):
        """For JSON, rounded to what the clock can tell."""
        return {"cpu_seconds": round(self.cpu_seconds, 3), "wall_seconds": round(self.wall_seconds, 3),
                "peak_rss_bytes": self.peak_rss_bytes}


def scratch(of, under=None):
    """A new folder for what a benchmark makes, under a folder that is made too, or where temporary files go."""
    if under:
        under.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{of}-", dir=under))


def run(command, accepted=(0,)):
    """Runs `command`, its output kept back unless it ends with a code that is not accepted."""
    started = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    if child.returncode not in accepted:
        sys.stderr.write(said.decode(errors="replace")[-4000:])
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss * 1024,
                said.decode(errors="replace"))


def one_core(cores):
    """Keeps this process and all its children on `cores` processors (0: on all) and tells the libraries so."""
    if cores == 0:
        return
    allowed = sorted(os.sched_getaffinity(0))[-cores:]
    os.sched_setaffinity(0, allowed)
    for name in ("RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(len(allowed))
