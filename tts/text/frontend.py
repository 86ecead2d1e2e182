"""The front end: split text into sentences, normalize and pronounce their words. Tokens keep their source spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from tts.text.markup import gaps
from tts.text.markup.reader import TextReader
from tts.text.markup.segments import Event, MarkedWord, Segment, Settled
from tts.text.markup.sentence_text import SentenceText, SentenceWords, sentence_texts
from tts.text.normalize.normalizer import analyze
from tts.text.normalize.word import WORDLESS, Normalized, Skipped, SpokenWord
from tts.text.pronunciation.g2p import Pronouncer
from tts.text.pronunciation.homographs import Homographs
from tts.text.pronunciation.letters import LETTERS
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.pronunciation.neighbors import BY_NEIGHBORS, by_neighbors
from tts.text.pronunciation.weak_forms import FUNCTION_WORDS, is_emphasized, weaken
from tts.text.questions import mark_rises
from tts.text.regex import regex
from tts.text.sentence_parts import lacks_end, merge_marks, split_parts
from tts.text.token import Origin, Sentence, Token

if TYPE_CHECKING:
    from tts.options import Code, Markup
    from tts.text.pronunciation.user_lexicon import UserLexicon


_ONLY_MARKS = regex(r"[\s.,!?;:()\[\]{}\"'\\*_`]+")
"""Sentences that can have no word, whatever their marks are."""

_WRITTEN_END = regex(r"\.[\s\"')\]}”’]*\Z")
"""A full stop that ends a sentence. It may be the end of an abbreviation, too: "It takes 5 min. It is late."."""


class AnalyzedSentence(NamedTuple):
    """One sentence, cut into parts if it is long, and the events around it. Without words there are no parts."""

    parts: list[Sentence]
    before: Sequence[Event | Skipped]
    after: Sequence[Event | Skipped]


class Frontend:
    """Turns text into tokens. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon | None = None, *, user_lexicon: UserLexicon | None = None) -> None:
        self._lexicon = lexicon or Lexicon.load()
        self._user = user_lexicon
        self._pronouncer = Pronouncer(self._lexicon, user_lexicon)
        self._homographs = Homographs.load()
        self._contextual = BY_NEIGHBORS | self._homographs.readings.keys()

    def __reduce__(self) -> tuple[object, ...]:
        # Caches are not sent to another process.
        return partial(type(self), user_lexicon=self._user), (self._lexicon,)

    def tokens(self, text: str, markup: Markup = "auto", code: Code = "announce") -> list[Token]:
        """Return the tokens of all sentences of the text in order. Arguments and errors are those of `sentences`."""
        return [token for sentence in self.sentences(text, markup, code) for token in sentence.tokens]

    def sentences(self, text: str, markup: Markup = "auto", code: Code = "announce") -> Iterator[Sentence]:
        """Yield the sentences of the text that contain a word. Sentences without words are reported as skipped.

        `markup`: the kind of the text. "auto" detects SSML and HTML documents, and interprets only clear signs of
        Markdown and HTML in any other text. A text that is not SSML may contain controls in braces and brackets
        (`tts.text.markup.inline`). `code`: how a code block is read.
        Each sentence is yielded as soon as the next one is read. A text without words yields nothing; the caller
        reports that. Raises MarkupError for invalid SSML, before the first sentence.
        """
        stream = SentenceStream(self, markup, code)
        yield from stream.finish(text)

    def words(self, text: str, markup: Markup = "auto", code: Code = "announce") -> Normalized:
        """Return the normalized words and the skipped spans. Arguments and errors are those of `sentences`."""
        words: list[SpokenWord] = []
        skipped: list[Skipped] = []
        lacks_stop = False  # after an abbreviation whose full stop ends the sentence, too
        for item in sentence_texts(TextReader(markup, code).finish(text)):
            if isinstance(item, SentenceText):
                placed, missed = self._normalize(item)
                skipped += missed
                if not placed.words:
                    continue
                if lacks_stop:
                    words.append(SpokenWord(".", words[-1].end, words[-1].end, "mark", "punctuation"))
                words += [marked.word._replace(start=marked.start, end=marked.end) for marked in placed.words]
                is_marked = not lacks_end([marked.word.text for marked in placed.words])
                lacks_stop = not is_marked and _WRITTEN_END.search(item.text) is not None
        return Normalized(words, skipped)

    def analyze(self, sentence: SentenceText) -> AnalyzedSentence:
        """Normalize and pronounce the text of one sentence."""
        start, end = sentence.span(0, len(sentence.text))
        if not sentence.has_controls and _ONLY_MARKS.fullmatch(sentence.text):
            return AnalyzedSentence([], [Skipped(start, end, WORDLESS)], [])
        placed, skipped = self._normalize(sentence)
        tokens = mark_rises(self._pronounce(merge_marks(placed.words)))
        if all(token.is_mark for token in tokens):
            reason = next((skip.reason for skip in skipped if not skip.is_deliberate), WORDLESS)
            events = [*placed.before, Skipped(start, end, reason), *placed.inside, *placed.after]
            return AnalyzedSentence([], events, [])
        first, *others = gaps.insert_events(list(split_parts(tokens, start, end)), placed.inside)
        return AnalyzedSentence([first.reporting(skipped), *others], placed.before, placed.after)

    def _normalize(self, sentence: SentenceText) -> tuple[SentenceWords, list[Skipped]]:
        """Return the words and the skipped spans of one sentence, with spans in the whole text."""
        words, skipped = analyze(sentence.text, self._lexicon)
        if self._user:
            words = self._user.keep_whole(sentence.text, words)
        return sentence.place_words(words), [
            Skipped(*sentence.span(start, end), reason) for start, end, reason in skipped
        ]

    def _pronounce(self, marked: Sequence[MarkedWord]) -> list[Token]:
        texts = [item.word.text for item in marked]
        capitals = [item.written[:1].isupper() for item in marked]
        tokens: list[Token] = []
        following: Pronunciation = ()
        quotes = texts.count('"')
        for index in range(len(marked) - 1, -1, -1):
            item = marked[index]
            phonemes, origin = self._pronounce_word(item, texts, capitals, index, following)
            if item.word.text == '"':
                quotes -= 1
            if origin != "mark":
                following = phonemes
            elif item.word.text != "(" and (item.word.text != '"' or quotes % 2):
                following = ()  # all marks end a phrase except an opening bracket or quotation mark
            if phonemes:
                word, prosody, pause = item.word, item.prosody, item.pause
                tokens.append(Token(word.text, item.start, item.end, phonemes, origin, prosody, word.semiotic, pause))
        tokens.reverse()
        return tokens

    def _pronounce_word(
        self, item: MarkedWord, texts: Sequence[str], capitals: Sequence[bool], index: int, following: Pronunciation
    ) -> tuple[Pronunciation, Origin]:
        """Pronounce texts[index] in context. `following`: that of the next word, or () at a phrase's end."""
        word = item.word
        if word.kind == "mark":
            return (word.text,), "mark"
        if item.phonemes:
            return item.phonemes, "markup"
        if self._user:
            entry = self._user.get(item.written.rstrip(".")) or self._user.get(word.text)
            if entry:
                role = self._homographs.role(texts, capitals, index) if len(entry) > (None in entry) else None
                if role in entry or None in entry:
                    return entry[role if role in entry else None], "user"
        if word.kind == "letter":
            return LETTERS[word.text], "spelled"
        accented = None if item.written.isascii() else self._pronouncer.accented(item.written, word.text)
        if accented:
            return accented
        if word.text in self._contextual:
            chosen = by_neighbors(texts, index, following) or self._homographs.choose(texts, capitals, index)
            if chosen:
                return chosen, "homograph"
        pronounced = self._pronouncer.pronounce(word.text)
        is_weak = word.text in FUNCTION_WORDS and pronounced.origin == "lexicon"
        if is_weak and not is_emphasized(texts, index, item.written, item.prosody.volume):
            return weaken(texts, index, pronounced.phonemes, following), "lexicon"
        return pronounced


class SentenceStream:
    """The sentences of one text that arrives in pieces. Spans count from the start of the text."""

    def __init__(self, frontend: Frontend, markup: Markup = "auto", code: Code = "announce") -> None:
        """Arguments are those of `Frontend.sentences`."""
        self._frontend = frontend
        self._reader = TextReader(markup, code)
        self._ready: Sentence | None = None  # waits for the events after it
        self._gap: list[Event | Skipped] = []
        self.has_complete = False
        """Whether the last piece completed a sentence."""

    def feed(self, piece: str) -> Iterator[Sentence]:
        """Return the sentences that are complete, whatever follows the piece.

        The piece is taken at once. A sentence is analyzed when it is taken; take all before those of the next piece.
        """
        segments = self._reader.push(piece)
        first = next(segments, None)
        self.has_complete = first is not None
        return self._assemble(chain([first], segments)) if first is not None else iter(())

    def finish(self, piece: str = "") -> Iterator[Sentence]:
        """Yield the sentences left, after a last piece of the text."""
        yield from self._assemble(self._reader.finish(piece))
        if self._ready:
            yield gaps.close_sentence(self._ready, self._gap, is_last=True)

    def _assemble(self, segments: Iterator[Segment | Settled]) -> Iterator[Sentence]:
        for item in sentence_texts(segments):
            if isinstance(item, SentenceText):
                yield from self._add(self._frontend.analyze(item))
            elif not isinstance(item, Settled):
                self._gap.append(item)
            elif self._ready:
                yield gaps.close_sentence(self._ready, self._gap, is_last=True)
                self._ready, self._gap = None, []

    def _add(self, sentence: AnalyzedSentence) -> Iterator[Sentence]:
        self._gap += sentence.before
        if not sentence.parts:
            self._gap += sentence.after
            return
        if self._ready:
            yield gaps.close_sentence(self._ready, self._gap, is_last=False)
        first, *others = sentence.parts
        first = gaps.open_sentence(first, self._gap, is_first=self._ready is None)
        *parts, self._ready = first, *others
        yield from parts
        self._gap = [*sentence.after]
