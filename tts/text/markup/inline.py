r"""Control in plain text: `{HH AH0 L OW1}` is how a word is said, `[pause 0.5s]` or `[pause 500ms]` is a pause.

Braces hold the phonemes of one word, or of several with `|` between them, as `tts phonemize` prints them. They count
as phonemes only if each symbol is ARPAbet and one of them is a vowel with its stress digit, which ordinary text never
has. Everything else in braces and brackets is read as the text that it is; what looks like an attempt, such as
`{HH XX1}` or `[pause abc]`, is read as well and a notice says what was expected. So nothing is lost either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.text.markup.segments import Fixed, Notice, Pause, Said, Segment, Text
from tts.text.markup.values import seconds
from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.alphabets import from_arpabet
from tts.text.pronunciation.arpabet import VOWELS
from tts.text.regex import regex

# Neither part can begin inside the other or run past a bracket, so that a hostile row of them costs linear time.
_CONTROL = regex(r"\{(?P<phonemes>[^{}\[\]\n]{1,400})\}|\[pause\b(?P<pause>[^{}\[\]\n]{0,80})\]", re.IGNORECASE)
_STRESSED = regex(rf"\b(?:{'|'.join(VOWELS)})[012]\b")
_ATTEMPT = regex(r"[\s|]*[A-Z]{1,2}\d?(?:[\s|]+[A-Z]{1,2}\d?)*[\s|]*")
_TELLING = regex(rf"\b(?:{'|'.join(VOWELS)}|CH|DH|HH|JH|NG|SH|TH|ZH)\d?\b")


def read_inline(text: str) -> Iterator[Segment]:
    """The segments of a plain text; never raises."""
    done = 0
    for match in _CONTROL.finditer(text):
        control = _read(match)
        if control is None:
            continue
        yield Text(text[done : match.start()], done, match.start())
        yield control
        done = match.start() if isinstance(control, Notice) else match.end()
    yield Text(text[done:], done, len(text))


def _read(match: re.Match[str]) -> Segment | None:
    try:
        return _read_phonemes(match) if match["phonemes"] else Pause(seconds(match["pause"]), *match.span())
    except ValueError as error:
        return Notice(f"{match[0]} is read as text: {error}", *match.span())


def _read_phonemes(match: re.Match[str]) -> Fixed | None:
    """The words in braces; None where nobody meant phonemes, ValueError where somebody did."""
    inside = match["phonemes"]
    if not _is_attempt(inside):
        return None
    words = [from_arpabet(word) for word in inside.split("|")]
    if not _STRESSED.search(inside):
        raise ValueError("a word needs a vowel with its stress, such as AH0")
    span = match.span()
    names = [f"{{{' '.join(phonemes)}}}" for phonemes in words]
    said = [Said(SpokenWord(name, *span), name, *span, phonemes) for name, phonemes in zip(names, words, strict=True)]
    return Fixed(tuple(said), *span)


def _is_attempt(inside: str) -> bool:
    """Whether what stands in braces looks like phonemes to somebody, if perhaps not to us."""
    if not _ATTEMPT.fullmatch(inside.upper()):
        return False
    return bool(_STRESSED.search(inside.upper()) or (len(inside.split()) > 1 and _TELLING.search(inside)))
