"""The supplement's entries are sound, and the front end says them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests.loading import load_script
from tts.text.frontend import Frontend
from tts.text.pronunciation.arpabet import VOWELS
from tts.text.pronunciation.lexicon import Lexicon

FRONTEND = Frontend()
TABLE = """
Siobhan         SH AH0 V AO1 N
Saoirse         S ER1 SH AH0
Niamh           N IY1 V
Caoimhe         K IY1 V AH0
Eoghan          OW1 AH0 N
Eilidh          EY1 L IY0
Rhys            R IY1 S
Myfanwy         M AH0 V AE1 N W IY0
Xochitl         S OW1 CH IY0 T
Joaquín         W AA0 K IY1 N
Katarzyna       K AA0 T AA0 ZH IH1 N AH0
Wojciech        V OY1 CH EH0 K
Zelenskyy       Z EH0 L EH1 N S K IY0
Zelenskyy's     Z EH0 L EH1 N S K IY0 Z
Priyanka        P R IY0 Y AA1 NG K AH0
Nguyen          W IH1 N
Qin             CH IH1 N
Xu              SH UW1
Zhang           JH AA1 NG
Chimamanda      CH IH0 M AH0 M AA1 N D AH0
Goethe          G ER1 T AH0
Nietzsche       N IY1 CH AH0
Siena           S IY0 EH1 N AH0
Lodz            W UH1 CH
Kyiv            K IY1 V
Wrocław         V R AO1 T S W AA0 F
Reykjavik       R EH1 K Y AH0 V IH0 K
Huawei          HH W AA1 W EY2
Xiaomi          SH Y AW1 M IY0
IKEA            AY0 K IY1 AH0
Hyundai         HH AH1 N D EY0
Kubernetes      K UW2 B ER0 N EH1 T IY0 Z
nginx           EH2 N JH AH0 N EH1 K S
NGINX           EH2 N JH AH0 N EH1 K S
kubectl         K Y UW1 B K AH0 N T R OW2 L
stdout          S T AE1 N D ER0 D AW2 T
chmod           CH EY1 N JH M OW2 D
SQLAlchemy      S IY2 K W AH0 L AE1 L K AH0 M IY0
PostgreSQL      P OW2 S T G R EH2 S K Y UW2 EH1 L
levofloxacin    L IY2 V OW0 F L AA1 K S AH0 S IH0 N
semaglutide     S EH2 M AH0 G L UW1 T AY0 D
Xarelto         Z AH0 R EH1 L T OW0
caecum          S IY1 K AH0 M
apoptosis       AE2 P AH0 T OW1 S IH0 S
eigenvector     AY1 G AH0 N V EH2 K T ER0
tzatziki        T S AA0 T S IY1 K IY0
acai            AA2 S AA0 IY1
açaí            AA2 S AA0 IY1
quinoa          K IY1 N W AA0
gnocchi         N Y AO1 K IY0
houses          HH AW1 Z IH0 Z
"""


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    return load_script("recipes/text/supplement.py")


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_the_front_end_says_it(line: str) -> None:
    word, expected = re.split(r"\s{2,}", line)
    tokens = [token for token in FRONTEND.tokens(f"We saw {word} there.") if token.start == len("We saw ")]
    assert [" ".join(token.phonemes) for token in tokens] == [expected]


def test_every_entry(recipe: ModuleType) -> None:
    entries = recipe.read_supplement()
    lexicon = Lexicon.load()
    counts = Counter(entry.kind for entry in entries)
    assert len(entries) >= 3_000
    assert set(counts) == recipe.CLASSES
    for word, _, phonemes in entries:
        assert re.fullmatch(r"[^\W\d_A-Z]+(?:['-][^\W\d_A-Z]+)*|'[^\W\d_A-Z]+", word), word
        stresses = [phoneme[-1] for phoneme in phonemes if phoneme[:-1] in VOWELS]
        assert stresses.count("1") == 1, word
        stored = (lexicon.lookup, lexicon.lookup_name) if word.isascii() else (lexicon.lookup_accented,)
        assert (phonemes,) in [lookup(word) for lookup in stored], word


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Ido\tname", "line 2"),
        ("ido\tnames\tIY1", "line 2: 'names' is not a class"),
        ("ido\tname\tIY1 D OW", "line 2: 'OW' is not an ARPAbet phoneme"),
        ("noa\tname\tN OW1 AH0", "line 2: 'noa' occurs twice"),
    ],
)
def test_a_bad_line_is_named(recipe: ModuleType, tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "supplement.tsv"
    path.write_text(f"noa\tname\tN OW1 AH0\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        recipe.read_supplement(path)


def test_a_short_name_is_no_acronym() -> None:
    (name, *_), (*_, last, _) = FRONTEND.tokens("Efe left."), FRONTEND.tokens("He left the EFE.")
    assert (name.phonemes, name.origin) == (("EH1", "F", "EY0"), "lexicon")
    assert (last.text, last.origin) == ("e", "spelled")
