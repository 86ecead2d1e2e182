"""Griffon: English speech synthesis for an ordinary CPU.

from tts import Synthesizer
Synthesizer().synthesize("Hello.").save("hello.wav")
"""

from tts.synthesizer import AudioChunk, Speech, Synthesizer
from tts.voice import Voice

__all__ = ["AudioChunk", "Speech", "Synthesizer", "Voice"]
