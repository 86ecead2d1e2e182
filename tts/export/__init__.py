"""A trained model -> a voice folder: `tts export`."""
