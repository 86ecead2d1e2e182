r"""Controls in plain text: `{HH AH0 L OW1}` gives a pronunciation, `[pause 0.5s]` or `[pause 500ms]` adds a pause.

Braces hold the phonemes of one word, or of several words separated by `|`, as `tts phonemize` prints them. They are
phonemes only if every symbol is ARPAbet and at least one is a vowel with its stress digit, which ordinary text never
has. Any other text in braces or brackets is read as text, so that nothing is lost. If it looks like a failed control,
such as `{HH XX1}` or `[pause abc]`, a notice also says what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.errors import MarkupError, TextError
from tts.text.markup.segments import FixedSegment, MarkedWord, Notice, Pause, Segment, TextSegment
from tts.text.markup.values import parse_seconds
from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.alphabets import from_arpabet
from tts.text.pronunciation.arpabet import VOWELS
from tts.text.regex import regex
from tts.text.token import NEUTRAL, Prosody

# Neither alternative can start inside the other or cross a bracket, so that hostile repetition costs linear time.
_CONTROL = regex(r"\{(?P<phonemes>[^{}\[\]\n]{1,400})\}|\[pause\b(?P<pause>[^{}\[\]\n]{0,80})\]", re.IGNORECASE)
_STRESSED = regex(rf"\b(?:{'|'.join(VOWELS)})[012]\b")
_ATTEMPT = regex(r"[\s|]*[A-Z]{1,2}\d?(?:[\s|]+[A-Z]{1,2}\d?)*[\s|]*")
_DISTINCTIVE = regex(rf"\b(?:{'|'.join(VOWELS)}|CH|DH|HH|JH|NG|SH|TH|ZH)\d?\b")


def read_inline(text: str, start: int = 0, prosody: Prosody = NEUTRAL) -> Iterator[Segment]:
    """Yield the segments of a plain text that begins at `start` of the source. Never raises."""
    done = 0
    for match in _CONTROL.finditer(text):
        control = _read(match, start, prosody)
        if control is None:
            continue
        yield TextSegment(text[done : match.start()], start + done, start + match.start(), prosody)
        yield control
        done = match.start() if isinstance(control, Notice) else match.end()
    yield TextSegment(text[done:], start + done, start + len(text), prosody)


def _read(match: re.Match[str], start: int, prosody: Prosody) -> Segment | None:
    span = start + match.start(), start + match.end()
    try:
        if match["phonemes"]:
            return _read_phonemes(match["phonemes"], span, prosody)
        return Pause(parse_seconds(match["pause"]), *span)
    except TextError as error:
        return Notice(f"{match[0]} is read as text: {error}", *span)


def _read_phonemes(inside: str, span: tuple[int, int], prosody: Prosody) -> FixedSegment | None:
    """Return the words in braces, None if they do not look like phonemes.

    Raises MarkupError or PronunciationError if they look like phonemes and are wrong.
    """
    if not _is_attempt(inside):
        return None
    words = [from_arpabet(word) for word in inside.split("|")]
    if not _STRESSED.search(inside):
        raise MarkupError("a word needs a vowel with its stress, such as AH0")
    names = [f"{{{' '.join(phonemes)}}}" for phonemes in words]
    named = zip(names, words, strict=True)
    marked = tuple(MarkedWord(SpokenWord(name, *span), name, *span, phonemes) for name, phonemes in named)
    return FixedSegment(marked, *span, prosody)


def _is_attempt(inside: str) -> bool:
    """Return whether text in braces looks like phonemes, correct or not."""
    if not _ATTEMPT.fullmatch(inside.upper()):
        return False
    return bool(_STRESSED.search(inside.upper()) or (len(inside.split()) > 1 and _DISTINCTIVE.search(inside)))
