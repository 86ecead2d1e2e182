"""Bundled voices, one folder each."""
