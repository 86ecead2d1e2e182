"""A route that speaks, in a web application of your own: fastapi run examples/fastapi_route.py."""

import io
from typing import Annotated

import soundfile
from fastapi import FastAPI, HTTPException, Query, Response

from tts import Synthesizer, TTSError

app = FastAPI()
synthesizer = Synthesizer()  # threads may share it


@app.get("/speak")
def speak(text: Annotated[str, Query(max_length=1000)]) -> Response:
    """Answer <audio src="/speak?text=Hello."> with an mp3."""
    try:
        speech = synthesizer.synthesize(text)
    except TTSError as error:
        raise HTTPException(422, str(error)) from error
    file = io.BytesIO()
    soundfile.write(file, speech.samples, speech.sample_rate, format="MP3")
    return Response(file.getvalue(), media_type="audio/mpeg")
