"""Text to phonemes: sentences, normalized words, pronunciations and symbols. Source spans are kept at every stage."""
