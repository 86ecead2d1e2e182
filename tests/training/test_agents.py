"""Two machines: two torchrun agents meet on the loopback address. One is killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest
from torch.distributed.run import main as torchrun

from tests.training.test_trainer import settings
from tts.training.checkpoint import newest_whole_checkpoint, read_checkpoint

PATIENCE = 240  # seconds, on a busy machine
AGENTS = {"TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}  # else an agent keeps the address of a store that is lost
KEEP_ALIVE = "keep_alive_interval=1,keep_alive_max_attempt=2"  # a lost machine is noticed in seconds


class Agents:
    """The agents of a run, each with its worker in a session of its own."""

    def __init__(self, config: Path, logs: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.config, self.logs = config, logs
        self.processes: list[ForkProcess] = []

    def start(self, name: str) -> ForkProcess:
        """Start an agent as a machine does, in a copy of this process, which has loaded PyTorch."""
        options = ["--nnodes", "2", "--nproc-per-node", "1", "--max-restarts", "3", "--rdzv-backend", "c10d"]
        meeting = f"{KEEP_ALIVE},is_host={int(name == 'host')}"
        options += ["--rdzv-endpoint", f"127.0.0.1:{self.port}", "--rdzv-id", "test", "--rdzv-conf", meeting]
        command = [*options, "-m", "tts", "train", "--config", str(self.config)]
        process = ForkProcess(target=run_agent, args=(self.logs / name, command))
        process.start()
        self.processes.append(process)
        return process

    def kill(self, process: ForkProcess) -> None:
        """Kill an agent and its worker at once, as a power failure does."""
        workers = [int(text) for text in children(process)]
        process.kill()
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        process.join()

    def kill_all(self) -> None:
        """Kill the agents that are left."""
        for process in self.processes:
            if process.is_alive():
                self.kill(process)

    def wait(self, is_done: Callable[[], bool]) -> None:
        """Wait until something is done. Raises AssertionError, with the logs, if an agent ends or nothing happens."""
        deadline = time.monotonic() + PATIENCE
        while not is_done():
            running = all(process.is_alive() for process in self.processes)
            assert running, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.1)

    def text(self) -> str:
        """Return what all agents and workers wrote."""
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(self.logs.iterdir()))


def run_agent(log: Path, command: list[str]) -> None:
    """Run an agent in this process, a copy, and its worker in another one. log: a file for what both say."""
    os.setsid()
    sys.stderr = log.open("a", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.__stderr__.fileno())
    os.environ.update(OMP_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="", **AGENTS)
    torchrun(command)


def children(process: ForkProcess) -> list[str]:
    """Return the children of a process."""
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()


@pytest.fixture
def agents(features: Path, tmp_path: Path) -> Iterator[Agents]:
    """Agents of an endless run that saves each step."""
    values = {"dir": str(tmp_path / "run"), "validate_every": 10**6, "log_every": 1, "checkpoint_minutes": 1e-9}
    settings(features, tmp_path / "run", max_steps=10**6, run=values)
    (tmp_path / "logs").mkdir()
    found = Agents(tmp_path / "config.yaml", tmp_path / "logs")
    yield found
    found.kill_all()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to find the workers of an agent")
def test_a_machine_that_is_lost_and_comes_back_does_not_stop_the_run(agents: Agents, tmp_path: Path) -> None:
    run = tmp_path / "run"

    def newest_step() -> int:
        return max((int(path.stem.partition("=")[2]) for path in run.glob("checkpoints/step=*.ckpt")), default=0)

    host = agents.start("host")  # of the meeting point
    other = agents.start("other")
    agents.wait(lambda: newest_step() >= 3)
    agents.kill(other)
    agents.processes.remove(other)
    agents.wait(lambda: not children(host))  # its worker has failed
    reached = newest_step()
    agents.start("other again")
    agents.wait(lambda: newest_step() >= reached + 3)
    agents.kill_all()
    newest, _ = newest_whole_checkpoint(run)
    assert newest is not None
    saved = read_checkpoint(newest)
    assert saved["global_step"] >= reached + 3
    steps = [step for step, _ in saved["callbacks"]["History"]["curves"]["train/total"]]
    assert steps == list(range(1, saved["global_step"] + 1))  # every step once
    assert agents.text().count(f"resuming from {run / 'checkpoints'}") == 1
