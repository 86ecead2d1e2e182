"""Turn a corpus into features that training memory-maps (layout: `tts.corpus.folder`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.audio.formats import FULL_SCALE, to_int16
from tts.audio.mel import log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.common.processes import follow_parent
from tts.common.validation import from_dict
from tts.config import AudioConfig
from tts.corpus.align import align
from tts.corpus.folder import (
    DESCRIPTION,
    FRAMES,
    JOURNAL,
    PARTS,
    SOUND,
    TEACHER_PARTS,
    Writer,
    check_durations,
    check_sizes,
    clips_of,
    finish,
    header,
    resumed,
)
from tts.corpus.journal import Clip, Entry, Skip, read_journal
from tts.corpus.reader import Row
from tts.corpus.recording import level, read_recording
from tts.corpus.script import foreign_script
from tts.corpus.separation import check_separable, separate
from tts.errors import ConfigError, CorpusError, TTSError
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable

TRIM_DB = 45.0  # silence is this much below the loudest frame
LEAD_SECONDS = 0.03
TAIL_SECONDS = 0.12


class Features:
    """A finished features folder, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        """Raises CorpusError if the folder is missing, unfinished or damaged."""
        description = folder / DESCRIPTION
        if not description.is_file():
            raise CorpusError(f"{folder} holds no finished features: run 'tts prepare CORPUS --out {folder}'")
        values = json.loads(description.read_text(encoding="utf-8"))
        self.audio = from_dict(AudioConfig, values["audio"], "audio")
        self.symbols: list[str] = values["symbols"]
        self.mel_mean = np.array(values["mel_mean"], np.float32)  # (n_channels,)
        self.mel_std = np.array(values["mel_std"], np.float32)  # (n_channels,)
        self.clips = clips_of(read_journal(folder / JOURNAL)[1])
        check_sizes(folder, self.clips, self.audio)
        check_durations(folder, self.clips)
        self.offsets = np.cumsum([0] + [clip.n_frames for clip in self.clips])  # (n_clips + 1,)
        self._frames = np.memmap(folder / FRAMES, np.float16, "r", shape=(int(self.offsets[-1]), self.audio.n_channels))
        self._part_offsets = np.cumsum([0] + [clip.n_frames * clip.has_parts for clip in self.clips])
        self._parts: NDArray[np.float16] | None = None
        if self._part_offsets[-1]:
            shape = (int(self._part_offsets[-1]), len(TEACHER_PARTS), self.audio.n_freqs)
            self._parts = np.memmap(folder / PARTS, np.float16, "r", shape=shape)
        self._sound_offsets = np.cumsum([0] + [clip.n_frames * clip.has_sound for clip in self.clips])
        self._sound: NDArray[np.int16] | None = None
        if self._sound_offsets[-1]:
            self._sound = np.memmap(folder / SOUND, np.int16, "r").reshape(-1, self.audio.hop_length)

    @property
    def teach_spectra(self) -> bool:
        """Whether a spectrum network can learn from some clips: from a teacher's parts, or from recordings."""
        return self._parts is not None or self._sound is not None

    def mel(self, index: int) -> NDArray[np.float32]:
        """Return the frames (n_channels, T_mel) of clip `index`."""
        frames = self._frames[self.offsets[index] : self.offsets[index + 1]]
        mel: NDArray[np.float32] = frames.astype(np.float32).T
        return mel

    def symbols_of_frames(self, index: int) -> NDArray[np.int64] | None:
        """Return the position in the text of the symbol that each frame of clip `index` speaks; None if unknown."""
        durations = self.clips[index].durations
        return np.repeat(np.arange(len(durations)), durations) if durations else None

    def parts(self, index: int, frames: slice) -> NDArray[np.float16] | None:
        """Return the `TEACHER_PARTS` (T, 5, n_freqs) of some frames of clip `index`; None if the clip has none."""
        if self._parts is None or not self.clips[index].has_parts:
            return None
        start, end = self._part_offsets[index], self._part_offsets[index + 1]
        return self._parts[start:end][frames]

    def sound(self, index: int, frames: slice) -> NDArray[np.float32] | None:
        """Return the samples (T * hop_length,) of some frames of clip `index`; None if the clip has no recording.

        The first sample of a frame is the one that the frame is centred on.
        """
        if self._sound is None or not self.clips[index].has_sound:
            return None
        start, end = self._sound_offsets[index], self._sound_offsets[index + 1]
        sound: NDArray[np.float32] = self._sound[start:end][frames].reshape(-1) / np.float32(FULL_SCALE)
        return sound


def split(n_clips: int, n_validation: int, seed: int) -> tuple[list[int], list[int]]:
    """Split clips by the seed into training and validation, with at most a sixteenth for validation."""
    order = np.random.default_rng(seed).permutation(n_clips).tolist()
    n_validation = min(n_validation, max(1, n_clips // 16))
    return sorted(order[n_validation:]), sorted(order[:n_validation])


def prepare(rows: list[Row], folder: Path, audio: AudioConfig, workers: int, skip_bad: bool = False) -> Iterator[Entry]:
    """Write the features of `rows` to `folder` and yield each finished clip. An interrupted run is resumed.

    Raises CorpusError, with file and line, for a clip that cannot be read or has no words, unless `skip_bad` leaves it
    out. Raises CorpusError if the folder holds features of other texts, recordings, symbols or settings, ConfigError
    for frames that recordings cannot be taken apart into.
    """
    if workers < 1:
        raise ConfigError(f"workers is {workers}: use 1 or more")
    if not audio.voicing_edges:
        check_separable(audio)
    folder.mkdir(parents=True, exist_ok=True)
    made_with = header(audio)
    done = _reusable(folder, rows, made_with, skip_bad)
    yield from done
    if len(done) == len(rows) and (folder / DESCRIPTION).exists():
        check_sizes(folder, clips_of(done), audio)
        return
    with Writer(folder, audio, made_with, done) as writer:
        for analysed in _analyse_all(rows[len(done) :], audio, workers):
            entry = analysed.entry
            if isinstance(entry, Skip) and not skip_bad:
                raise CorpusError(f"{entry.skipped}; --skip-bad leaves such clips out")
            writer.add(entry, analysed.frames, sound=analysed.sound)
            yield entry
    align(folder, audio)
    finish(folder, audio)


def _reusable(folder: Path, rows: list[Row], made_with: dict[str, object], skip_bad: bool) -> list[Entry]:
    """Return the clips of an earlier run. Raises CorpusError if they do not match `rows`."""
    done = resumed(folder, [(row.clip_id, row.text) for row in rows], made_with)
    remedy = f"remove {folder}, or name an empty folder with --out"
    for entry, row in zip(done, rows, strict=False):
        if (entry.wav_bytes, entry.wav_changed) != _version(row.wav):
            raise CorpusError(f"{folder} holds clip {entry.clip_id} as it was before {row.wav} changed: {remedy}")
        if isinstance(entry, Skip) and not skip_bad:
            raise CorpusError(f"{folder} was prepared without clip {entry.clip_id} ({entry.skipped}): {remedy}")
    return done


def _version(wav: Path) -> tuple[int, int]:
    """Return size and modification time, which detect a replaced recording without reading it."""
    if not wav.is_file():
        return 0, 0
    stat = wav.stat()
    return stat.st_size, stat.st_mtime_ns


class _Analysed(NamedTuple):
    entry: Entry
    frames: NDArray[np.float16]  # (T, n_channels); empty for a skipped clip
    sound: NDArray[np.int16] | None = None  # (T * hop_length,), where a spectrum network can learn from it


def _analyse_all(rows: list[Row], audio: AudioConfig, workers: int) -> Iterable[_Analysed]:
    if workers == 1:
        yield from (_analyse_or_skip(row, audio) for row in rows)
        return
    # Here first: processes that compile it at the same time can spoil numba's cache, and crash from then on.
    import librosa.effects  # noqa: F401

    with ProcessPoolExecutor(workers, initializer=follow_parent) as pool:
        yield from pool.map(_analyse_or_skip, rows, [audio] * len(rows), chunksize=8)


@lru_cache(maxsize=1)
def _tools(audio: AudioConfig) -> tuple[Frontend, SymbolTable, NDArray[np.float32]]:
    return Frontend(), SymbolTable(SYMBOLS), mel_filterbank(audio)


def _analyse_or_skip(row: Row, audio: AudioConfig) -> _Analysed:
    version = _version(row.wav)  # taken before reading, so that a change during reading is noticed
    try:
        clip, frames, sound = _analyse(row, audio)
    except (TTSError, OSError) as error:
        skip = Skip(row.clip_id, row.text, f"{row.where}: {error}", *version)
        return _Analysed(skip, np.empty((0, audio.n_channels), np.float16))
    return _Analysed(clip._replace(wav_bytes=version[0], wav_changed=version[1]), frames, sound)


def _analyse(row: Row, audio: AudioConfig) -> tuple[Clip, NDArray[np.float16], NDArray[np.int16] | None]:
    """Return the phonemes, the frames (T_mel, n_channels) and the sound of one clip."""
    frontend, symbols, filterbank = _tools(audio)
    tokens = frontend.tokens(row.text, markup="plain")
    if script := foreign_script(row.text):
        raise CorpusError(
            f"clip {row.clip_id} is written in {script} letters ({row.text[:20]!r}), but English in Latin letters is "
            "read: leave it out, or write it in Latin letters"
        )
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
        has_sound=not audio.voicing_edges,
    )
    sound = to_int16(samples[: mel.shape[1] * audio.hop_length]) if clip.has_sound else None
    return clip, mel.T.astype(np.float16), sound


def analyse(samples: NDArray[np.float32], audio: AudioConfig, filterbank: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute frames (n_channels, T_mel) of samples (T,): the log-mel bands, then the source."""
    if not audio.voicing_edges:
        return separate(samples, audio)
    return np.concatenate([log_mel(samples, audio, filterbank), analyse_source(samples, audio)])


def trim(samples: NDArray[np.float32], audio: AudioConfig) -> NDArray[np.float32]:
    """Trim silence to equal short margins, because attention cannot learn to align silence."""
    from librosa.effects import trim as trim_silence

    _, (start, end) = trim_silence(samples, top_db=TRIM_DB, frame_length=audio.n_fft, hop_length=audio.hop_length)
    start = max(0, start - int(LEAD_SECONDS * audio.sample_rate))
    return samples[start : end + int(TAIL_SECONDS * audio.sample_rate)]
