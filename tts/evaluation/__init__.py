"""Measuring voices: what a recogniser hears, beside what was asked for."""
