"""Train a voice: batches, losses, the Lightning module, checkpoints (`tts train`)."""
