"""Training: batches, losses, the Lightning module, checkpoints: `tts train`."""
