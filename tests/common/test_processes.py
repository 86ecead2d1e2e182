"""The processes of a pool end with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

POOL = """
import time
from concurrent.futures import ProcessPoolExecutor
from tts.common.processes import follow_parent
with ProcessPoolExecutor(2, initializer=follow_parent) as pool:
    for result in pool.map(time.sleep, [0.1] * 4):
        pass
    print("working", flush=True)
    list(pool.map(time.sleep, [60] * 2))
"""


def test_the_processes_of_a_pool_end_with_a_killed_parent() -> None:
    """The pipe of their output closes once the last of them has ended."""
    parent = subprocess.Popen([sys.executable, "-c", POOL], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"working\n"
    os.kill(parent.pid, signal.SIGKILL)
    assert parent.communicate(timeout=20)[0] == b""
