"""Stage 3: when each frame is heard, how high and how loud, and when each word is."""
