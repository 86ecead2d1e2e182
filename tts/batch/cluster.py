"""Speak rows on a Ray cluster with Ray Data: https://docs.ray.io/en/latest/data/data.html.

The nodes need only this package. Voices and lexicon are sent to them, and they send the finished files back.
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

from tts.batch.manifest import ManifestRow
from tts.batch.results import Result
from tts.batch.speaking import STAGING, Job, RowRequest, Speaker
from tts.common.files import atomic_write
from tts.errors import ConfigError

ROWS_PER_BLOCK = 16
"""Rows whose results arrive together. More rows lose more work if the run stops; fewer take longer to distribute."""

_MOST_BLOCKS = 10_000


def speak_all(
    rows: Iterator[RowRequest], job: Job, address: str, n_workers: int | None
) -> Generator[Result, None, None]:
    """Yield results in order of completion. Each of `n_workers` actors uses one core; None uses every core.

    address: "local" starts Ray here and stops it at the end; "auto" finds the cluster of this machine; otherwise an
    address for `ray.init`. Raises ConnectionError if there is no cluster, ConfigError for a malformed address.
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
    """Start or join a cluster, without dashboard, progress bars, logs and usage reports."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # the part in C++ has no other setting
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
    """Ray actor that turns a row into a result and a file."""

    def __init__(self, job: Any) -> None:
        import ray

        self._folder = tempfile.TemporaryDirectory(prefix="tts-batch-")
        folder = Path(self._folder.name)
        (folder / STAGING).mkdir()
        self._speaker = Speaker(replace(ray.get(job), folder=folder))

    def __call__(self, item: dict[str, Any]) -> dict[str, Any]:
        asked: tuple[ManifestRow, str] = pickle.loads(item["asked"])
        result = self._speaker.speak(*asked, lambda: False)
        audio = b""
        if result.file is not None:
            path = Path(self._folder.name) / result.file
            audio = path.read_bytes()
            path.unlink()
        return {"result": pickle.dumps(result), "audio": audio}


def _receive(item: dict[str, Any], folder: Path) -> Result:
    """Write the file that an actor sent."""
    result: Result = pickle.loads(item["result"])
    if result.file is not None:
        with atomic_write(folder / result.file) as aside:
            aside.write_bytes(item["audio"])
    return result
