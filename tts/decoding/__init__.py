"""Stage 2: tokens -> spectrogram frames, and the attention that says which frame is which symbol."""
