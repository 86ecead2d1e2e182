"""Synthesize many texts into many files, on all cores or on a cluster."""
