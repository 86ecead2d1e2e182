"""Audio: mel and pitch analysis, the vocoder (excitation and Griffin-Lim), limiting, loudness and files."""
