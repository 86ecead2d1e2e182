"""Text to phonemes: sentences, normalised words, pronunciations, symbols; spans of the source kept throughout."""
