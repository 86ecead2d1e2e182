"""Speak a text into a file, and print when each word is heard."""

from tts import Synthesizer

synthesizer = Synthesizer()
speech = synthesizer.synthesize("Dr. Smith paid $5.20 on May 3, 1984.", speed=1.1)
speech.save("price.wav")

for word in speech.words:
    print(f"{word.start_time:5.2f} to {word.end_time:5.2f} s  {word.word}")
for warning in speech.warnings:
    print(warning)
