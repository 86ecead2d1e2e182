"""Words -> phonemes: the lexicon, rules for words derived from others, homographs, and a network for the rest."""
