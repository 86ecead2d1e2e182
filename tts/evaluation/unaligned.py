"""Sound that belongs to no word of the text: babble, repetition, or a failure to stop."""

from __future__ import annotations

from collections.abc import Sequence

import jiwer

from tts.evaluation.recognizer import HeardWord
from tts.evaluation.spelling import spoken_words

LONG = 1.0  # seconds up to which silence and mishearing are nothing unusual


def unaligned_seconds(reference: str, heard: Sequence[HeardWord], seconds: float) -> float:
    """Seconds, of a clip of `seconds`, in stretches longer than 1 s that no word of the reference is aligned with.

    Divided by `seconds`, summed over clips, it is the unaligned duration ratio of Shen et al. 2020, "Non-Attentive
    Tacotron", section 4.1: a sign of over-generation (long pauses, babbling, repeated words, failures to stop), as the
    word deletion rate is of under-generation. A heard word counts as aligned where the fewest edits pair it with a
    word of the reference, misheard or not. Where its authors' recogniser aligns, here Whisper's word times do, which
    stretch into the silences beside a word, so that the figure errs on the low side.
    """
    aligned = [word for word, is_aligned in zip(heard, _aligned(reference, heard), strict=True) if is_aligned]
    bounds = [0.0, *(time for word in aligned for time in (word.start, word.end)), seconds]
    gaps = (after - before for before, after in zip(bounds[::2], bounds[1::2], strict=True))
    return sum(gap for gap in gaps if gap > LONG)


def _aligned(reference: str, heard: Sequence[HeardWord]) -> list[bool]:
    """Whether each heard word is paired with a word of the reference."""
    wanted = spoken_words(reference)
    spelled = [(index, part) for index, word in enumerate(heard) for part in spoken_words(word.text)]
    paired = [False] * len(heard)
    if spelled:
        parts = [part for _, part in spelled]
        (chunks,) = jiwer.process_words(" ".join(wanted), " ".join(parts)).alignments
        for chunk in chunks:
            if chunk.type in ("equal", "substitute"):
                for index, _ in spelled[chunk.hyp_start_idx : chunk.hyp_end_idx]:
                    paired[index] = True
    return paired
