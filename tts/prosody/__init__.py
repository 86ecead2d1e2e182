"""Stage 3: when each frame is heard, its pitch and its loudness, and when each word is heard."""
