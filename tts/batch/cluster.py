"""Rows spoken on a Ray cluster, by Ray Data: https://docs.ray.io/en/latest/data/data.html.

The nodes need this package and nothing else: voices and lexicon travel to them, and the finished files travel back.
"""

from __future__ import annotations

import logging
import math
import os
import pickle
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tts.batch.manifest import Row
from tts.batch.processes import Asked
from tts.batch.results import Result
from tts.batch.speaking import STAGING, Job, Speaker
from tts.common.files import atomic_write
from tts.errors import ConfigError

ROWS_PER_BLOCK = 16
"""Rows whose results arrive together: more of them lose more where the run is ended, fewer take longer to hand out."""

_MOST_BLOCKS = 10_000


def speak_all(rows: Iterator[Asked], job: Job, address: str, n_workers: int | None) -> Generator[Result, None, None]:
    """Results as they come, in no order, by actors of one core each: n_workers of them, or as many as there are cores.

    address: "local" starts Ray here and ends it again, "auto" finds the cluster this machine is part of; or where the
    cluster is, as `ray.init` takes it. Raises ConnectionError where it is not there, ConfigError for an address that is
    none.
    """
    asked = [{"asked": pickle.dumps(one)} for one in rows]
    if not asked:
        return
    _connect(address, n_workers)
    import ray
    from ray.data import ActorPoolStrategy

    n_workers = min(n_workers or int(ray.cluster_resources().get("CPU", 1)), len(asked))
    blocks = min(_MOST_BLOCKS, max(n_workers, math.ceil(len(asked) / ROWS_PER_BLOCK)))
    try:
        spoken = ray.data.from_items(asked, override_num_blocks=blocks).map(
            _RemoteSpeaker,
            fn_constructor_args=(ray.put(replace(job, folder=Path())),),
            compute=ActorPoolStrategy(min_size=1, max_size=n_workers),
            num_cpus=1,
        )
        for item in spoken.iter_rows():
            yield _receive(item, job.folder)
    finally:
        ray.shutdown()


def _connect(address: str, n_workers: int | None) -> None:
    """Start or join a cluster, without its dashboard, its bars, its logs and its reports home."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # of its part in C++, which knows no other way
    import ray
    from ray.data import DataContext

    local: dict[str, Any] = {"num_cpus": n_workers, "include_dashboard": False} if address == "local" else {}
    try:
        ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False, **local)
    except ValueError as error:
        raise ConfigError(f"{address!r} is not the address of a Ray cluster ({error}): write HOST:PORT") from error
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    DataContext.get_current().enable_progress_bars = False


class _RemoteSpeaker:
    """An actor: a row in, its result and its file out."""

    def __init__(self, job: Any) -> None:
        import ray

        self._folder = tempfile.TemporaryDirectory(prefix="tts-batch-")
        folder = Path(self._folder.name)
        (folder / STAGING).mkdir()
        self._speaker = Speaker(replace(ray.get(job), folder=folder))

    def __call__(self, item: dict[str, Any]) -> dict[str, Any]:
        asked: tuple[Row, str] = pickle.loads(item["asked"])
        result = self._speaker.speak(*asked, lambda: False)
        audio = b""
        if result.file is not None:
            path = Path(self._folder.name) / result.file
            audio = path.read_bytes()
            path.unlink()
        return {"result": pickle.dumps(result), "audio": audio}


def _receive(item: dict[str, Any], folder: Path) -> Result:
    result: Result = pickle.loads(item["result"])
    if result.file is not None:
        with atomic_write(folder / result.file) as aside:
            aside.write_bytes(item["audio"])
    return result
