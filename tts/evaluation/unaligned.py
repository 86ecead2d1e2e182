"""Find sound that matches no word of the text: babble, repetition, or a failure to stop."""

from __future__ import annotations

from collections.abc import Sequence

import jiwer

from tts.evaluation.recognizer import HeardWord
from tts.evaluation.spelling import spoken_words

LONG = 1.0  # seconds; shorter gaps come from silence and recognition errors


def unaligned_seconds(reference: str, heard: Sequence[HeardWord], seconds: float) -> float:
    """Sum the gaps over 1 s, in a clip of `seconds`, that no word of the reference is aligned with.

    Divided by `seconds` and summed over clips, the result is the unaligned duration ratio of Shen et al. 2020,
    "Non-Attentive Tacotron", section 4.1. It detects over-generation (long pauses, babble, repeated words, failures to
    stop), as the word deletion rate detects under-generation. A heard word counts as aligned if the fewest edits pair
    it with a word of the reference, even a misheard one. Whisper's word times extend into neighbouring silences, so the
    result is rather too low.
    """
    aligned = [word for word, is_aligned in zip(heard, _aligned(reference, heard), strict=True) if is_aligned]
    bounds = [0.0, *(time for word in aligned for time in (word.start, word.end)), seconds]
    gaps = (after - before for before, after in zip(bounds[::2], bounds[1::2], strict=True))
    return sum(gap for gap in gaps if gap > LONG)


def _aligned(reference: str, heard: Sequence[HeardWord]) -> list[bool]:
    """Return for each heard word whether it is paired with a word of the reference."""
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
