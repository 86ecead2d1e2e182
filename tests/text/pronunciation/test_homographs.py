"""The neighbours of a homograph decide its reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tts.text.frontend import Frontend
from tts.text.pronunciation.arpabet import PHONEMES
from tts.text.pronunciation.context import features
from tts.text.pronunciation.homographs import Homographs
from tts.text.pronunciation.lexicon import DATA

TABLE = [
    ("I will *read* it", "R IY1 D"),
    ("I have *read* it", "R EH1 D"),
    ("She *read* the letter", "R EH1 D"),
    ("The sign was *read* by all", "R EH1 D"),
    ("They often *read* aloud", "R IY1 D"),
    ("We *live* here", "L IH1 V"),
    ("a *live* show", "L AY1 V"),
    ("He *lives* in Rome", "L IH1 V Z"),
    ("our *lives*", "L AY1 V Z"),
    ("*Close* the door", "K L OW1 Z"),
    ("We are *close* to home", "K L OW1 S"),
    ("to *use* it", "Y UW1 Z"),
    ("no *use*", "Y UW1 S"),
    ("They *house* the poor", "HH AW1 Z"),
    ("my *house*", "HH AW1 S"),
    ("the *record*", "R EH1 K ER0 D"),
    ("to *record* it", "R AH0 K AO1 R D"),
    ("a *present*", "P R EH1 Z AH0 N T"),
    ("may I *present* him", "P R IY0 Z EH1 N T"),
    ("the *object*", "AA1 B JH EH0 K T"),
    ("I *object*", "AH0 B JH EH1 K T"),
    ("farmers *produce* food", "P R AH0 D UW1 S"),
    ("the *produce*", "P R OW1 D UW0 S"),
    ("to *lead* us", "L IY1 D"),
    ("a *lead* pipe", "L EH1 D"),
    ("the *wind*", "W IH1 N D"),
    ("they *wind* up", "W AY1 N D"),
    ("in a *minute*", "M IH1 N AH0 T"),
    ("*minute* details", "M AY0 N UW1 T"),
    ("a *separate* room", "S EH1 P ER0 IH0 T"),
    ("to *separate* them", "S EH1 P ER0 EY2 T"),
    ("Yesterday we *read* books.", "R EH1 D"),
    ("I *read* it every day.", "R IY1 D"),
    ("He plays *lead* guitar.", "L IY1 D"),
    ("side streets which *lead* down to the waterside", "L IY1 D"),
    ("The singer took a *bow*.", "B AW1"),
    ("The archer drew his *bow*.", "B OW1"),
    ("Two *does* stood in the meadow.", "D OW1 Z"),
    ("All that he *does* is wait.", "D AH1 Z"),
    ("in the history of his life which *does* give some insight", "D AH1 Z"),
    ("*Does* it work?", "D AH1 Z"),
    ("*Resume* playback.", "R IH0 Z UW1 M"),
    ("Attach your *resume* here.", "R EH1 Z AH0 M EY2"),
    ("*Object* to it.", "AH0 B JH EH1 K T"),
    ("I *object* to it.", "AH0 B JH EH1 K T"),
    ("He sharpened both *axes* and cut the wood.", "AE1 K S IH2 Z"),
    ("The two *axes* of the graph meet.", "AE1 K S IY2 Z"),
    ("They drove to *Nice*, France.", "N IY1 S"),
    ("Have a *nice* day.", "N AY1 S"),
    ("*Lima* is the capital of Peru.", "L IY1 M AH0"),
    ("She cooked *lima* beans.", "L AY1 M AH0"),
    ("at the *close* of the century", "K L OW1 Z"),
    ("in *close* contact", "K L OW1 S"),
    ("He *dove* into the pool.", "D OW1 V"),
    ("A white *dove* cooed.", "D AH1 V"),
    ("He caught a *bass*.", "B AE1 S"),
    ("She *estimates* the cost.", "EH1 S T AH0 M EY2 T S"),
    ("The *estimates* were wrong.", "EH1 S T AH0 M AH0 T S"),
    ("He *exports* cars.", "IH0 K S P AO1 R T S"),
    ("She *addresses* the crowd.", "AH0 D R EH1 S IH0 Z"),
    ("*the* apple", "DH IY0"),
    ("*the* pear", "DH AH0"),
    ("*the* hour", "DH IY0"),
    ("*the* university", "DH AH0"),
    ("*a* pear", "AH0"),
    ("type *A*, please", "EY1"),
    ("*A* is for apple.", "EY1"),
    ("from *A* to Z", "EY1"),
    ("*A* and B are friends.", "EY1"),
    ("*A* or B", "EY1"),
    ("Let *A* be a set.", "EY1"),
    ("if *a* is true", "EY1"),
    ("*a* + b", "EY1"),
    ("f(*a*)", "EY1"),
    ("the letter *a*", "EY1"),
    ("That's *a* plus.", "AH0"),
    ("*a* minus sign", "AH0"),
    ("*a* (small) house", "AH0"),
    ('*a* "good" one', "AH0"),
    ('*the* "apple"', "DH IY0"),
    ("It is *a* ... thing.", "AH0"),
    ("It was *a*, quote, fault.", "AH0"),
    ("Give me *a*, b and c.", "EY1"),
    ("*Elaborate* on this.", "IH0 L AE1 B ER0 EY2 T"),
    ("*elaborate* on", "IH0 L AE1 B ER0 EY2 T"),
    ("an *elaborate* hoax", "IH0 L AE1 B ER0 AH0 T"),
    ("*Alternate* on weekends.", "AO1 L T ER0 N EY2 T"),
    ("*Alternate* routes are shown.", "AO1 L T ER0 N AH0 T"),
    ("*Moderate* it.", "M AA1 D ER0 EY2 T"),
    ("*Moderate* rain fell.", "M AA1 D ER0 AH0 T"),
    ("*Sow* seeds.", "S OW1"),
    ("Please *separate* by commas.", "S EH1 P ER0 EY2 T"),
    ("*Separate* from this, he won.", "S EH1 P ER0 IH0 T"),
    ("*Deliberate* on it.", "D IH0 L IH1 B ER0 EY2 T"),
    ("*Aggregate* by user.", "AE1 G R AH0 G EY2 T"),
    ("*Degenerate* into chaos.", "D IH0 JH EH1 N ER0 EY2 T"),
    ("*Graduate* from college.", "G R AE1 JH UW0 EY2 T"),
    ("*Graduate* students met.", "G R AE1 JH UW0 AH0 T"),
    ("*Lead* by example.", "L IY1 D"),
    ("*Lead* pipes burst.", "L EH1 D"),
    ("*Live* on less.", "L IH1 V"),
    ("*Record* everything.", "R AH0 K AO1 R D"),
    ("*Estimate* how long it takes.", "EH1 S T AH0 M EY2 T"),
    ("*Estimate* of cost", "EH1 S T AH0 M AH0 T"),
    ("*Export* to PDF.", "IH0 K S P AO1 R T"),
    ("*Close* all tabs.", "K L OW1 Z"),
    ("*Close* to you", "K L OW1 S"),
    ("*Use* with care.", "Y UW1 Z"),
    ("*Bow* down before the king.", "B AW1"),
    ("*Bow* your head.", "B AW1"),
    ("*Bow* and arrow", "B OW1"),
    ("*Records* that show a profit", "R EH1 K ER0 D Z"),
    ("*Objects* which fall", "AA1 B JH EH0 K T S"),
    ("He *records* that show.", "R AH0 K AO1 R D Z"),
    ("a *dogged* man", "D AO1 G IH0 D"),
    ("*dogged* determination", "D AO1 G IH0 D"),
    ("He was *dogged* by injury.", "D AO1 G D"),
    ("Scandals *dogged* his career.", "D AO1 G D"),
    ("past the *lead* pipes", "L EH1 D"),
    ("*lead* time", "L IY1 D"),
]


@pytest.mark.parametrize(("marked", "expected"), TABLE)
def test_table(marked: str, expected: str) -> None:
    before, word, _ = marked.split("*")
    tokens = Frontend().tokens(marked.replace("*", ""))
    token = next(token for token in tokens if token.start == len(before))
    assert token.text == word.lower()
    assert " ".join(token.phonemes) == expected


def test_every_reading_can_be_spoken() -> None:
    readings = Homographs.load().readings
    assert len(readings) >= 179
    for word, options in readings.items():
        assert len({option.phonemes for option in options}) >= 2, word
        assert {phoneme for option in options for phoneme in option.phonemes} <= set(PHONEMES), word
        assert {option.role for option in options} in ({None}, {"noun", "verb"}), word


def test_a_role_is_known_of_any_word() -> None:
    homographs = Homographs.load()
    words = "they want to griffon it".split()
    assert homographs.role(words, [False] * 5, 3) == "verb"
    words = "the old griffon of the town".split()
    assert homographs.role(words, [False] * 6, 2) == "noun"


def test_features_end_with_the_sentence_and_see_no_further_than_their_reach() -> None:
    near, bag = features(["read"], [True], 0)
    assert b"a=^" in near
    assert bag == []
    far = ["far", *["word"] * 12, "read", *["word"] * 12, "far"]
    assert b"N=far" not in features(far, [False] * len(far), 13)[1]


def test_the_licence_travels_with_it() -> None:
    text = (DATA / "LICENSE-homographs").read_text(encoding="utf-8")
    assert "Apache" in text
    assert "Gorman" in text


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.model"
    path.write_bytes(b"PK")
    with pytest.raises(ValueError, match="is not a homograph model"):
        Homographs(path)
