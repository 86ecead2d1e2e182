"""Written English to speakable words, one file per class of token; every word keeps its span in the source."""
