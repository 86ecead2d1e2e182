"""ARPAbet, the phonemes of the front end. A vowel ends in its stress: 0 none, 1 primary, 2 secondary."""

from __future__ import annotations

CONSONANTS: tuple[str, ...] = tuple("B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split())
VOWELS: tuple[str, ...] = tuple("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())
"""Vowels without stress digits."""
PHONEMES: tuple[str, ...] = CONSONANTS + tuple(vowel + stress for vowel in VOWELS for stress in "012")
