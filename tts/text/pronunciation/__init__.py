"""Words to phonemes: lexicon, homograph model, rules for derived words, and a neural network for all other words."""
