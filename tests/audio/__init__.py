"""Tests of tts.audio."""
