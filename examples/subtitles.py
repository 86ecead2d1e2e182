"""Speak a text, and write subtitles for a video (.srt), for a web page (.vtt) and words with their times (.json)."""

from pathlib import Path

from tts import Synthesizer
from tts.subtitles import save_timings

text = Path("narration.txt").read_text(encoding="utf-8")
speech = Synthesizer().synthesize(text)
speech.save("narration.mp3")
for suffix in (".srt", ".vtt", ".json"):
    save_timings(Path("narration").with_suffix(suffix), speech.words, text)
