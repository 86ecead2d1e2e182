"""Measure voices: recognition errors, quality, pitch, pauses, speed."""
