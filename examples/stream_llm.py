"""Speak an answer of a language model while it is written: pip install openai sounddevice."""

from collections.abc import Iterator

import openai
import sounddevice

from tts import Synthesizer

llm = openai.OpenAI()  # a local model: base_url="http://127.0.0.1:11434/v1", api_key="any"
question = {"role": "user", "content": "Why is the sky blue?"}


def tokens() -> Iterator[str]:
    for part in llm.chat.completions.create(model="gpt-4o-mini", messages=[question], stream=True):
        if part.choices:
            yield part.choices[0].delta.content or ""


synthesizer = Synthesizer()
with sounddevice.OutputStream(synthesizer.sample_rate, channels=1, dtype="float32") as loudspeaker:
    for chunk in synthesizer.stream(tokens()):
        loudspeaker.write(chunk.samples[:, None])
