"""Pronounce unknown words with the neural network of g2p_en, without that package's downloads.

Importing g2p_en imports nltk, and calls `nltk.download` if its corpora are missing. The network needs neither, so this
module executes g2p_en's module itself and replaces its imports of nltk with stubs, in that module's namespace only.
`sys.modules` does not change, so other threads and a real nltk in the same process are not affected.
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tts.errors import MissingPackageError
from tts.text.pronunciation.arpabet import PHONEMES

_LONGEST = 16
"""Letters per call of the network, which was trained on single words and stops after 20 phonemes."""
_CACHED_PIECES = 4096
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz")
_KNOWN = frozenset(PHONEMES)
_lock = threading.Lock()


def guess(word: str) -> tuple[str, ...]:
    """Pronounce a word by the network. Only its letters a to z count; a long word is split into pieces."""
    letters = "".join(letter for letter in word if letter in _ALPHABET)
    pieces = -(-len(letters) // _LONGEST)
    size = -(-len(letters) // max(pieces, 1))
    return tuple(phoneme for index in range(pieces) for phoneme in _guess(letters[index * size : (index + 1) * size]))


@lru_cache(_CACHED_PIECES)
def _guess(letters: str) -> tuple[str, ...]:
    # Imported on first use: numpy would be most of a cold start, and words in the lexicon do not need it.
    import numpy as np

    with np.errstate(over="ignore"):
        raw: Sequence[str] = _network().predict(letters)
    # The network's alphabet has one vowel without stress, "UW", and padding symbols.
    phonemes = ("UW1" if phoneme == "UW" else phoneme for phoneme in raw)
    return tuple(phoneme for phoneme in phonemes if phoneme in _KNOWN)


def _network() -> Any:
    with _lock:
        return _load()


@lru_cache(1)
def _load() -> Any:
    """Load a `G2p` with its weights and tables but without the corpora that its constructor reads."""
    path = _source()
    namespace: dict[str, Any] = {
        "__name__": "g2p_en.g2p",
        "__package__": "g2p_en",
        "__file__": str(path),
        "__builtins__": {**vars(builtins), "__import__": _import},
    }
    code = SourceFileLoader("g2p_en.g2p", str(path)).get_code("g2p_en.g2p")
    assert code is not None  # a source file always has code
    exec(code, namespace)
    namespace["construct_homograph_dictionary"] = dict
    network = namespace["G2p"]()
    network.variables.close()
    return network


def _source() -> Path:
    spec = find_spec("g2p_en")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise MissingPackageError("g2p_en is not installed, and an unknown word needs it; run: pip install g2p_en")
    return Path(folders[0]) / "g2p.py"


def _import(
    name: str,
    namespace: Mapping[str, object] | None = None,
    local: Mapping[str, object] | None = None,
    names: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """Replace `__import__` in g2p_en's module, and stub nltk and the package's number expansion."""
    if level or name.partition(".")[0] == "nltk":
        return _NltkStub()
    return __import__(name, namespace, local, names or (), level)


class _NltkStub:
    """Stub for nltk: every attribute and every call returns the stub."""

    def __getattr__(self, name: str) -> _NltkStub:
        return self

    def __call__(self, *arguments: object, **options: object) -> _NltkStub:
        return self
