"""Accents tell how a word is said before they are folded."""

from __future__ import annotations

import unicodedata

import pytest

from tts.text.frontend import Frontend
from tts.text.normalize.fold import fold

FRONTEND = Frontend()
TABLE = [
    ("My *fiancée* left", "F IY2 AA0 N S EY1"),
    ("my *fiancée's* ring", "F IY2 AA0 N S EY1 Z"),
    ("the *fiancées’* rings", "F IY2 AA0 N S EY1 Z"),
    ("*déjà* vu", "D EY2 ZH AA1"),
    ("déjà *vu*", "V UW1"),
    ("a coup *d'état*", "D EY0 T AA1"),
    ("a coup *d’état*", "D EY0 T AA1"),
    ("*Jesús* wept", "HH EY0 S UW1 S"),
    ("*Jesus* wept", "JH IY1 Z AH0 S"),
    ("*José* left", "HH OW0 S EY1"),
    ("*über* alles", "UW1 B ER0"),
    ("*ÜBER* ALLES", "UW1 B ER0"),
    ("in *Göteborg*", "Y ER1 T AH0 B AO0 R"),
    ("so *naïve*", "N AA0 IY1 V"),
    ("my *résumé*", "R EH1 Z AH0 M EY2"),
    ("send *résumés* now", "R EH1 Z AH0 M EY2 Z"),
    ("to *resume* work", "R IH0 Z UW1 M"),
    ("an *exposé* it was", "EH2 K S P OW0 Z EY1"),
    ("to *expose* it", "IH0 K S P OW1 Z"),
    ("the *Café*.", "K AH0 F EY1"),
    ("a *café-bar*", "K AH0 F EY1 B AA1 R"),
    ("*São* Paulo", "S AW1"),
    ("São *Paulo*", "P AW1 L OW0"),
    ("*Łódź* is far", "W UH1 CH"),
    ("*Łódź's* mayor", "W UH1 CH IH0 Z"),
    ("a *rosé*", "R OW0 Z EY1"),
    ("a *rose*", "R OW1 Z"),
    ("*Chloë* left", "K L OW1 IY0"),
    ("*Brontë's* book", "B R AA1 N T IY0 Z"),
    ("*señor* Peña", "S EY0 N Y AO1 R"),
    ("señor *Peña*", "P EY1 N Y AH0"),
    ("a *façade*", "F AH0 S AA1 D"),
    ("a tiny *soupçon*", "S UW0 P S OW1 N"),
    ("the *crème* fraîche", "K R EH1 M"),
    ("*Motörhead* played", "M OW1 T ER0 HH EH2 D"),
    ("*Björk* sang", "B Y ER1 K"),
    ("*Dvořák* wrote", "D V AO1 R ZH AA0 K"),
    ("*Wałęsa* won", "V AH0 W EH1 N S AH0"),
    ("*Beyoncé* sang", "B IY0 AA1 N S EY0"),
    ("*tête-à-tête* talks", "T EH2 T AH0 T EH1 T"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("marked", "expected"), TABLE)
def test_table(marked: str, expected: str, form: str) -> None:
    before, word, _ = unicodedata.normalize(form, marked).split("*")
    tokens = FRONTEND.tokens(unicodedata.normalize(form, marked.replace("*", "")))
    (token,) = (token for token in tokens if token.start == len(before))
    assert " ".join(token.phonemes) == expected
    assert token.text == fold(word.lower()).text.strip("'")


@pytest.mark.parametrize("text", ["don’t", "‘Tis", "é", "ééé", "ß-é-", "n°", "Пелé", "é" * 10_000, "-é" * 5_000])
def test_other_marks_and_hostile_words(text: str) -> None:
    assert any(token.phonemes for token in FRONTEND.tokens(text))
