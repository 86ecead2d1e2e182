"""The acoustic model, in PyTorch: encoder, attention, decoder, postnet."""
