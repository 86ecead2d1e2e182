"""The punctuation marks that are spoken: as pauses, or by the intonation before them."""

PUNCTUATION: tuple[str, ...] = (".", ",", "!", "?", ";", ":", "-", "…", "(", ")", '"')
