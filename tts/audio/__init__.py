"""Waveforms: mel analysis and its inverse, Griffin-Lim, files."""
