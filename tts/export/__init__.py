"""Export a trained model as a voice folder: `tts export`."""
