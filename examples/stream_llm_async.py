"""Speak an answer in a program that uses asyncio: pip install openai sounddevice."""

import asyncio

import openai
import sounddevice

from tts import Synthesizer

PROMPT = {"role": "user", "content": "Why is the sky blue?"}


async def main() -> None:
    synthesizer = Synthesizer()
    session = synthesizer.session()
    with sounddevice.OutputStream(synthesizer.sample_rate, channels=1, dtype="float32") as loudspeaker:

        def play(piece: str) -> None:
            for chunk in session.feed(piece) if piece else session.finish():
                loudspeaker.write(chunk.samples[:, None])

        llm = openai.AsyncOpenAI()
        async for part in await llm.chat.completions.create(model="gpt-4o-mini", messages=[PROMPT], stream=True):
            if part.choices and (text := part.choices[0].delta.content):
                await asyncio.to_thread(play, text)
        await asyncio.to_thread(play, "")


asyncio.run(main())
