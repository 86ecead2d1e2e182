"""A corpus -> features that training reads: `tts prepare`."""
