"""Serve speech over HTTP, as OpenAI's clients expect it, on a page and over Wyoming, from one pool of synthesizers."""
