"""Stage 2: tokens to spectrogram frames, and the alignment between them."""
