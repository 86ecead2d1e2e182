"""The acoustic model in PyTorch: encoder, attention, decoder and postnet."""
