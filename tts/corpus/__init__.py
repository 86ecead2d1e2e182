"""Turn a corpus into features for training (`tts prepare`)."""
