"""Find the words of a book whose pronunciation is a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tts.books.book import Chapter
from tts.text.frontend import Frontend
from tts.text.pronunciation.user_lexicon import UserLexicon


class GuessedWord(NamedTuple):
    """A word that no dictionary has, how it will be said, and how often it occurs."""

    word: str
    phonemes: tuple[str, ...]
    frequency: int


def guessed_words(chapters: Sequence[Chapter], lexicon: UserLexicon | None) -> list[GuessedWord]:
    """Return the words that the network pronounces, most frequent first, as far as a lexicon does not have them."""
    frontend, counts = Frontend(user_lexicon=lexicon), Counter[tuple[str, tuple[str, ...]]]()
    for chapter in chapters:
        for block in chapter.blocks:
            tokens = frontend.tokens(block.html, "html")
            counts.update((token.text, token.phonemes) for token in tokens if token.origin == "network")
    found = [GuessedWord(word, phonemes, count) for (word, phonemes), count in counts.items()]
    return sorted(found, key=lambda guess: (-guess.frequency, guess.word))
