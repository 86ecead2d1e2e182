"""Speak through a server with OpenAI's own client: tts serve, then pip install openai."""

import openai

client = openai.OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="any")
with client.audio.speech.with_streaming_response.create(model="tts-1", voice="alloy", input="Hello.") as answer:
    answer.stream_to_file("hello.mp3")  # alloy, or one of ours
