"""Where the milliseconds of synthesis go, stage by stage, and how far each stage is from its floor.

    python scripts/benchmarks/stages.py [--voice joe] [--rounds 10]

Milliseconds of one core for a second of speech, the least of all rounds. A floor is what the stage cannot do without,
at the speed that this machine shows in the same run: the decoder reads its weights once a step, the encoder, the
postnet and the way from mel bands to linear ones multiply, the rest are Fourier transforms of one frame.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
from collections import Counter
from collections.abc import Callable
from time import process_time

import numpy as np
import scipy.fft

from tts import SynthesisOptions, Synthesizer
from tts.audio.excitation import Excitation, apply_envelope
from tts.audio.griffin_lim import StreamingGriffinLim
from tts.audio.limiter import Limiter
from tts.audio.mel import linear_magnitude
from tts.audio.vocoder import N_ITER
from tts.prosody.plan import CHUNK
from tts.text.frontend import Frontend

TEXT = "The examination and testimony of the experts enabled the commission to conclude that five shots were fired."
TRANSFORMS = {"excitation": 2, "shape it": 2, "Griffin-Lim": 2 * N_ITER + 1}  # of one frame


class Clock:
    """Adds up what is spent on each stage."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._since = process_time()

    def lap(self, stage: str) -> None:
        now = process_time()
        self.spent[stage] += now - self._since
        self._since = process_time()


def least(action: Callable[[], object], times: int = 200) -> float:
    """Seconds of the fastest of so many."""
    found = []
    for _ in range(times):
        begin = process_time()
        action()
        found.append(process_time() - begin)
    return min(found)


def speak(synthesizer: Synthesizer, frontend: Frontend) -> tuple[Counter[str], int, int]:
    """Seconds by stage for one sentence, its frames and its decoder steps: `Synthesizer.stream`, taken apart."""
    voice, planner, clock = synthesizer.voice, synthesizer._planner, Clock()
    plan = planner.begin(SynthesisOptions())
    (sentence,) = frontend.sentences(TEXT)
    clock.lap("text")
    decoded = planner._decoder.decode_once(sentence.tokens, 0)
    clock.lap("encoder, decoder")
    phrases = plan._pace(decoded)
    plan._time(decoded.alignment, phrases)
    clock.lap("pace, timings")
    config = voice.card.audio
    excitation, griffin_lim, limiter = Excitation(config), StreamingGriffinLim(config, N_ITER), Limiter(22050)
    waiting, n_frames = np.empty((config.n_channels, 0), np.float32), 0
    for start in range(0, len(phrases[0].positions), CHUNK):
        frames = plan._frames(decoded.mel, phrases[0], start)
        clock.lap("postnet")
        spectra = excitation.push(frames[config.n_mels :])
        clock.lap("excitation")
        ready, waiting = np.split(np.concatenate([waiting, frames], axis=1), [len(spectra)], axis=1)
        magnitude = linear_magnitude(ready[: config.n_mels], voice.inverse_filterbank)
        clock.lap("mel to linear")
        shaped = apply_envelope(spectra, magnitude.T, np.exp(ready[config.n_mels]), config).T
        clock.lap("shape it")
        samples = griffin_lim.push(shaped)
        clock.lap("Griffin-Lim")
        limiter.push(samples)
        clock.lap("limiter")
        n_frames += frames.shape[1]
    return clock.spent, n_frames, len(decoded.alignment.attention)


def floors(synthesizer: Synthesizer, n_steps: int, n_frames: int) -> dict[str, float]:
    """Seconds that each stage cannot do without."""
    voice = synthesizer.voice
    config, model = voice.card.audio, voice.card.model
    square = np.ones((512, 512), np.float32)
    multiply = least(lambda: square @ square) / square.size / 512  # one multiplication and addition
    weights = np.ones(len(voice.decoder) // 4, np.float32)
    frames = np.ones((32, config.n_fft), np.float32)
    transform = least(lambda: scipy.fft.rfft(frames, workers=1)) / len(frames)
    convolutions = model.postnet_dim * ((model.postnet_convs - 2) * model.postnet_dim + 2 * model.n_channels)
    return {
        "encoder, decoder": n_steps * least(lambda: weights.max()),
        "postnet": n_frames * model.kernel_size * convolutions * multiply,
        "mel to linear": n_frames * config.n_mels * config.n_freqs * multiply,
        **{stage: n_frames * count * transform for stage, count in TRANSFORMS.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default="joe", help="bundled name or folder (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=10, help="default: %(default)s")
    options = parser.parse_args()
    synthesizer, frontend = Synthesizer(options.voice), Frontend()
    speak(synthesizer, frontend)
    rounds = [speak(synthesizer, frontend) for _ in range(options.rounds)]
    _, n_frames, n_steps = rounds[0]
    scale = 1000 * synthesizer.voice.card.audio.frames_per_second / n_frames
    spent = {stage: scale * min(seconds[stage] for seconds, *_ in rounds) for stage in rounds[0][0]}
    least_of = {stage: scale * floor for stage, floor in floors(synthesizer, n_steps, n_frames).items()}
    print("| stage | ms for a second of speech | floor | times the floor |\n|---|---|---|---|")
    for stage, value in spent.items():
        floor = least_of.get(stage)
        bound = f"{floor:.2f} | {value / floor:.1f}" if floor else " | "
        print(f"| {stage} | {value:.2f} | {bound} |")
    print(f"| all | {sum(spent.values()):.2f} | {sum(least_of.values()):.2f} | |")


if __name__ == "__main__":
    main()
