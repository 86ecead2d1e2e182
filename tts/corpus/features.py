"""A corpus in LJSpeech's layout -> features that training memory-maps.

A features folder holds `mels.f16`, every clip's frames one after another as half floats (T, n_channels): the log-mel
bands, then pitch and voicing (`tts/audio/pitch.py`);
`clips.jsonl`, one line that says what they were made with and then one line a clip, in the same order; and, written
last, `features.json`, the analysis settings, the symbol table and the mean and deviation of each band. While
`features.json` is missing the folder is unfinished: `prepare` goes on where it stopped.
"""

from __future__ import annotations

import dataclasses
import json
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tts.audio.mel import log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.common.files import append_json_line, atomic_write_text
from tts.config import AudioConfig, from_dict
from tts.corpus.journal import Clip, Entry, Skip, read_journal
from tts.corpus.reader import Row, level, read_recording
from tts.errors import ConfigError, CorpusError, TTSError
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable

TRIM_DB = 45.0  # quieter than the loudest frame by this much is silence
LEAD_SECONDS = 0.03
TAIL_SECONDS = 0.12


class Features:
    """A finished features folder, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        """Raises CorpusError where the folder is missing or unfinished."""
        description = folder / "features.json"
        if not description.is_file():
            raise CorpusError(f"{folder} holds no finished features: run 'tts prepare ljspeech CORPUS --out {folder}'")
        values = json.loads(description.read_text(encoding="utf-8"))
        self.audio = from_dict(AudioConfig, values["audio"], "audio")
        self.symbols: list[str] = values["symbols"]
        self.mel_mean = np.array(values["mel_mean"], np.float32)  # (n_channels,)
        self.mel_std = np.array(values["mel_std"], np.float32)  # (n_channels,)
        self.clips = clips_of(read_journal(folder / "clips.jsonl")[1])
        self.offsets = np.cumsum([0] + [clip.n_frames for clip in self.clips])  # (n_clips + 1,)
        shape = (int(self.offsets[-1]), self.audio.n_channels)
        _frame_bytes(folder, self.clips, self.audio)
        self._frames = np.memmap(folder / "mels.f16", np.float16, "r", shape=shape)

    def mel(self, index: int) -> NDArray[np.float32]:
        """The frames (n_channels, T_mel) of clip `index`."""
        frames = self._frames[self.offsets[index] : self.offsets[index + 1]]
        mel: NDArray[np.float32] = frames.astype(np.float32).T
        return mel


def split(n_clips: int, n_validation: int, seed: int) -> tuple[list[int], list[int]]:
    """Which clips to train on and which to validate on, by the seed; never more than a sixteenth to validate on."""
    order = np.random.default_rng(seed).permutation(n_clips).tolist()
    n_validation = min(n_validation, max(1, n_clips // 16))
    return sorted(order[n_validation:]), sorted(order[:n_validation])


def prepare(rows: list[Row], folder: Path, audio: AudioConfig, workers: int, skip_bad: bool = False) -> Iterator[Entry]:
    """Write the features of `rows` to `folder`, yielding each clip as it is done; resumes an interrupted run.

    Raises CorpusError, naming file and line, for a clip that cannot be read or that has no words, unless `skip_bad`
    leaves it out; and where the folder holds features of other texts, recordings, symbols or settings.
    """
    if workers < 1:
        raise ConfigError(f"workers is {workers}: use 1 or more")
    folder.mkdir(parents=True, exist_ok=True)
    journal, frames_path = folder / "clips.jsonl", folder / "mels.f16"
    made_with = json.loads(json.dumps({"audio": dataclasses.asdict(audio), "symbols": list(SYMBOLS)}))  # as it is read
    done = _reusable(folder, rows, made_with, skip_bad) if journal.exists() else []
    if len(done) < len(rows):
        (folder / "features.json").unlink(missing_ok=True)  # from here on the folder is unfinished
    keep = _frame_bytes(folder, clips_of(done), audio) if done else 0
    yield from done
    with frames_path.open("ab") as frames, journal.open("ab" if done else "wb") as lines:
        frames.truncate(keep)
        if not done:
            append_json_line(lines, made_with)
        for entry, mel in _analyse_all(rows[len(done) :], audio, workers):
            if isinstance(entry, Skip) and not skip_bad:
                raise CorpusError(f"{entry.skipped}; --skip-bad leaves such clips out")
            mel.tofile(frames)
            frames.flush()  # frames first: the journal never names what is not there
            append_json_line(lines, entry._asdict())
            yield entry
    if not frames_path.stat().st_size:
        first = next(entry for entry in read_journal(journal)[1] if isinstance(entry, Skip))
        raise CorpusError(f"no clip is left; the first: {first.skipped}")
    _describe(folder, audio)


def clips_of(entries: Iterable[Entry]) -> list[Clip]:
    """Those that were not left out."""
    return [entry for entry in entries if isinstance(entry, Clip)]


def _reusable(folder: Path, rows: list[Row], made_with: dict[str, Any], skip_bad: bool) -> list[Entry]:
    """The clips that an earlier run finished; raises CorpusError where they are not what `rows` would give now."""
    remedy = f"remove {folder}, or name an empty folder with --out"
    header, done = read_journal(folder / "clips.jsonl")
    if done and header is None:
        raise CorpusError(f"{folder} holds features of an older version, which does not say how it made them: {remedy}")
    if done and header != made_with:
        raise CorpusError(f"{folder} holds features of other audio settings or symbols: {remedy}")
    if [entry.clip_id for entry in done] != [row.clip_id for row in rows[: len(done)]]:
        raise CorpusError(f"{folder} holds features of another corpus: {remedy}")
    for entry, row in zip(done, rows, strict=False):
        if entry.text != row.text:
            raise CorpusError(
                f"{folder} holds clip {entry.clip_id} with the text {entry.text!r}, now another: {remedy}"
            )
        if (entry.wav_bytes, entry.wav_changed) != _version(row.wav):
            raise CorpusError(f"{folder} holds clip {entry.clip_id} as it was before {row.wav} changed: {remedy}")
        if isinstance(entry, Skip) and not skip_bad:
            raise CorpusError(f"{folder} was prepared without clip {entry.clip_id} ({entry.skipped}): {remedy}")
    return done


def _version(wav: Path) -> tuple[int, int]:
    """Size and time of the last change: enough to tell that a recording was replaced, without reading it."""
    if not wav.is_file():
        return 0, 0
    stat = wav.stat()
    return stat.st_size, stat.st_mtime_ns


def _frame_bytes(folder: Path, clips: list[Clip], audio: AudioConfig) -> int:
    """The size of these clips' frames; raises CorpusError where `mels.f16` holds fewer."""
    path = folder / "mels.f16"
    needed = sum(clip.n_frames for clip in clips) * audio.n_channels * np.dtype(np.float16).itemsize
    found = path.stat().st_size if path.exists() else 0
    if found < needed:
        raise CorpusError(f"{path} has {found} bytes, but {needed} are needed: remove {folder} and prepare it again")
    return needed


def _analyse_all(rows: list[Row], audio: AudioConfig, workers: int) -> Iterable[tuple[Entry, NDArray[np.float16]]]:
    if workers == 1:
        yield from (_analyse_or_skip(row, audio) for row in rows)
        return
    with ProcessPoolExecutor(workers, initializer=ignore_interrupts) as pool:
        yield from pool.map(_analyse_or_skip, rows, [audio] * len(rows), chunksize=8)


def ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent process, which ends the pool in an orderly way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@lru_cache(maxsize=1)
def _tools(audio: AudioConfig) -> tuple[Frontend, SymbolTable, NDArray[np.float32]]:
    return Frontend(), SymbolTable(SYMBOLS), mel_filterbank(audio)


def _analyse_or_skip(row: Row, audio: AudioConfig) -> tuple[Entry, NDArray[np.float16]]:
    version = _version(row.wav)  # before it is read: a later change must not go unnoticed
    try:
        clip, frames = _analyse(row, audio)
    except (TTSError, OSError) as error:
        return Skip(row.clip_id, row.text, f"{row.where}: {error}", *version), np.empty(
            (0, audio.n_channels), np.float16
        )
    return clip._replace(wav_bytes=version[0], wav_changed=version[1]), frames


def _analyse(row: Row, audio: AudioConfig) -> tuple[Clip, NDArray[np.float16]]:
    """Phonemes and frames (T_mel, n_channels) of one clip."""
    frontend, symbols, filterbank = _tools(audio)
    tokens = frontend.tokens(row.text, markup="plain")
    if not tokens:
        raise CorpusError(f"clip {row.clip_id} has nothing to speak in {row.text!r}: write its words")
    recording = read_recording(row.wav, audio.sample_rate)
    samples = trim(recording.samples, audio)
    mel = analyse(samples, audio, filterbank)
    clip = Clip(
        row.clip_id,
        row.text,
        symbols.encode(tokens, strict=True).phoneme_ids,
        mel.shape[1],
        wav_rate=recording.sample_rate,
        level=level(samples),
        n_clipped=recording.n_clipped,
        n_spoken=sum(len(token.phonemes) for token in tokens if not token.is_mark),
        guessed=[token.text for token in tokens if token.origin == "network"],
    )
    return clip, mel.T.astype(np.float16)


def analyse(samples: NDArray[np.float32], audio: AudioConfig, filterbank: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples (T,) -> frames (n_channels, T_mel): the log-mel bands, then the source."""
    return np.concatenate([log_mel(samples, audio, filterbank), analyse_source(samples, audio)])


def trim(samples: NDArray[np.float32], audio: AudioConfig) -> NDArray[np.float32]:
    """Cut the silence around speech down to short margins, the same for all: attention cannot learn to read silence."""
    from librosa.effects import trim as trim_silence

    _, (start, end) = trim_silence(samples, top_db=TRIM_DB, frame_length=audio.n_fft, hop_length=audio.hop_length)
    start = max(0, start - int(LEAD_SECONDS * audio.sample_rate))
    return samples[start : end + int(TAIL_SECONDS * audio.sample_rate)]


def _describe(folder: Path, audio: AudioConfig) -> None:
    """Write `features.json`, which marks the folder as complete."""
    frames = np.memmap(folder / "mels.f16", np.float16, "r").reshape(-1, audio.n_channels)
    total, squares = np.zeros(audio.n_channels), np.zeros(audio.n_channels)
    for start in range(0, len(frames), 65536):  # an hour-long corpus would not fit in memory as doubles
        block = frames[start : start + 65536].astype(np.float64)
        total += block.sum(axis=0)
        squares += (block**2).sum(axis=0)
    mean = total / len(frames)
    std = np.sqrt(np.maximum(squares / len(frames) - mean**2, 1e-6))
    description = {
        "audio": dataclasses.asdict(audio),
        "symbols": list(SYMBOLS),
        "mel_mean": [round(float(value), 5) for value in mean],
        "mel_std": [round(float(value), 5) for value in std],
    }
    atomic_write_text(folder / "features.json", json.dumps(description, ensure_ascii=False, indent=1) + "\n")
