"""The same through a server (tts serve), from any machine: pip install openai sounddevice websockets."""

import asyncio
import json

import sounddevice
from openai import AsyncOpenAI
from websockets.asyncio.client import ClientConnection, connect

PROMPT = {"role": "user", "content": "Why is the sky blue?"}


async def send_answer(server: ClientConnection) -> None:
    async for part in await AsyncOpenAI().chat.completions.create(model="gpt-4o-mini", messages=[PROMPT], stream=True):
        if part.choices and (text := part.choices[0].delta.content):
            await server.send(json.dumps({"type": "speech.text", "text": text}))
    await server.send(json.dumps({"type": "speech.end"}))


async def main() -> None:
    with sounddevice.RawOutputStream(24_000, channels=1, dtype="int16") as loudspeaker:
        async with connect("ws://127.0.0.1:8000/v1/audio/speech/stream") as server:
            answering = asyncio.create_task(send_answer(server))
            while isinstance(message := await server.recv(), bytes) or '"speech.audio.done"' not in message:
                if isinstance(message, bytes):
                    await asyncio.to_thread(loudspeaker.write, message)
            await answering


asyncio.run(main())
