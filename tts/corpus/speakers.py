"""Choose one speaker of a corpus with several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

from tts.errors import CorpusError

_SHOWN = 8


class _Spoken(Protocol):
    @property
    def speaker(self) -> str: ...


T = TypeVar("T", bound=_Spoken)


def has_speakers(lines: Sequence[Sequence[str]], speaker: str | None) -> bool:
    """Whether the second of three columns names speakers: single words, few and often, that the third does not repeat.

    speaker: the one that is wanted, if there is one.
    """
    if not lines or any(len(fields) != 3 or not all(fields) for fields in lines):
        return False
    names = Counter(fields[1] for fields in lines)
    if speaker in names:
        return True
    are_words = not any(len(name.split()) > 1 for name in names)
    repeats = any(fields[1].casefold() == fields[2].casefold().rstrip(".!?") for fields in lines)
    return are_words and not repeats and 2 * len(names) <= len(lines)


def keep_speaker(items: Sequence[T], speaker: str | None, source: str, column: str = "speaker") -> list[T]:
    """Return the items of one speaker. Raises CorpusError if there are several, or not the one that is wanted.

    source: the table or folder. column: what names the speakers, for messages.
    """
    names = Counter(item.speaker for item in items if item.speaker)
    if not names:
        if speaker is not None:
            raise CorpusError(f"{source} names no speakers: leave out --speaker")
        return list(items)
    shown = ", ".join(f"{name} ({count} clips)" for name, count in names.most_common(_SHOWN))
    shown += ", …" if len(names) > _SHOWN else ""
    if speaker is None and len(names) > 1:
        raise CorpusError(
            f"the {column} column of {source} names {len(names)} speakers: choose one with --speaker: {shown}"
        )
    wanted = next(iter(names)) if speaker is None else speaker
    if wanted not in names:
        raise CorpusError(f"{source} has no speaker {wanted!r}: choose one of {shown}")
    return [item for item in items if item.speaker == wanted]
