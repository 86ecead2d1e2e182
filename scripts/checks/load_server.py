"""Load a server with clients: measure throughput and latency, and check every answer.

    python scripts/checks/load_server.py [--clients 1 4 16 64] [--seconds 20] [-- SERVE_OPTION...]

The script starts `tts serve`. Each client has its own connection and requests one sentence after another. The samples
of an answer must equal the samples that `Synthesizer` makes of the same text and seed. A client that is refused (429)
waits and tries again, as OpenAI's client does. The clients share the machine with the server, so their work is part of
the figures. Then the clients send the sentences word by word over WebSockets, as voice agents do: two more columns tell
the time from the last word to the first sound. The last column is the resident memory of the server after that.

At last a few clients at once ask for as much sound as the limits allow, in several forms of answer. The exit status is
1 if one of these requests takes more memory than MOST_MEMORY.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import itertools
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx
import numpy as np
from serving import Served, serving
from websockets.asyncio.client import ClientConnection, connect

from tts import Synthesizer
from tts.audio.formats import to_int16
from tts.voice import DEFAULT

SUBJECTS = ("The old clock", "A yellow bird", "My neighbour", "The last train", "Her letter", "This morning")
DEEDS = ("came back before noon", "was nowhere to be seen", "said nothing at all", "made us laugh", "is worth $5.20")
SENTENCES = [f"{subject} {deed}." for subject, deed in itertools.product(SUBJECTS, DEEDS)]
PAUSES = "Hi. [pause 60s] " * 28
"""450 characters that make 28 minutes of sound."""
FORMS = [
    (path, {"response_format": audio, "stream_format": stream})
    for path in ("/v1/audio/speech", "/v1/audio/speech/timestamps")
    for audio, stream in (("wav", "audio"), ("wav", "sse"), ("flac", "audio"))
]
"""Path of a request and its fields."""
MOST_MEMORY = 32.0
"""MiB of the server for one request, at most: 16 for a file that is kept whole, 10 for a minute of silence, buffers."""
HEADER = 44  # bytes before the samples of a wav file


@dataclass
class Tally:
    """Results of the requests of one run."""

    first_audio: list[float] = field(default_factory=list)  # seconds to the first sound of each answer
    after_text: list[float] = field(default_factory=list)  # of each text over a WebSocket, from its last piece
    speech: float = 0.0  # seconds of speech received
    refused: int = 0
    lost: int = 0  # no answer, or a part of one
    wrong: int = 0  # an error, or other samples than expected
    elapsed: float = 0.0

    def row(self, clients: int, memory: float) -> str:
        """Return a row of the table. memory: MiB of the server after these clients."""
        n, rate = len(self.first_audio), self.speech / self.elapsed
        figures = [1000 * np.percentile(times or [np.nan], [50, 95]) for times in (self.first_audio, self.after_text)]
        delays = " | ".join(f"{figure:.0f}" for figure in np.ravel(figures))
        cells = f"{clients} | {n} | {n / self.elapsed:.1f} | {rate:.1f} | {delays}"
        return f"| {cells} | {self.refused} | {self.lost} | {self.wrong} | {memory:.0f} |"


def expected(sentences: Iterable[str]) -> dict[str, tuple[str, float]]:
    """Synthesize each sentence here: return a digest of the samples and their seconds. The seed is its length."""
    synthesizer, found = Synthesizer(), {}
    for text in sentences:
        samples = synthesizer.synthesize(text, seed=len(text)).samples
        digest = hashlib.sha256(to_int16(samples).tobytes()).hexdigest()
        found[text] = digest, len(samples) / synthesizer.sample_rate
    return found


async def ask(client: httpx.AsyncClient, text: str) -> tuple[int, float, str]:
    """Request a text: return the status, the seconds to the first sound and a digest of the samples."""
    body = {"model": "tts-1", "voice": DEFAULT, "input": text, "seed": len(text)}
    body |= {"response_format": "wav", "stream": True}
    begin, first, wav = time.perf_counter(), 0.0, bytearray()
    async with client.stream("POST", "/v1/audio/speech", json=body) as answer:
        async for piece in answer.aiter_raw():
            wav += piece
            if not first and len(wav) > HEADER:
                first = time.perf_counter() - begin
        if answer.status_code == 429:
            await asyncio.sleep(int(answer.headers["retry-after"]))
        return answer.status_code, first, hashlib.sha256(wav[HEADER:]).hexdigest()


async def load(url: str, clients: int, seconds: float, truth: dict[str, tuple[str, float]]) -> Tally:
    """Run the clients: each requests sentences in its own order until the time is over."""
    tally, begin = Tally(), time.perf_counter()

    async def one(number: int) -> None:
        texts = list(truth)
        # verify=False: do not load certificates for a connection without TLS.
        async with httpx.AsyncClient(base_url=url, timeout=120, verify=False) as client:
            for turn in itertools.count(7 * number):
                if time.perf_counter() - begin > seconds and turn > 7 * number:  # each requests at least once
                    return
                text = texts[turn % len(texts)]
                try:
                    status, first, digest = await ask(client, text)
                except httpx.HTTPError:
                    tally.lost += 1
                    continue
                if status == 429:
                    tally.refused += 1
                    continue
                tally.wrong += status != 200 or digest != truth[text][0]
                tally.first_audio.append(first)
                tally.speech += truth[text][1]

    await asyncio.gather(*(one(number) for number in range(clients)))
    tally.elapsed = time.perf_counter() - begin
    return tally


async def talk(url: str, clients: int, seconds: float, truth: dict[str, tuple[str, float]], tally: Tally) -> None:
    """Let clients send sentences word by word over WebSockets, and add to the tally when each is heard."""
    address = f"{url.replace('http://', 'ws://')}/v1/audio/speech/stream"
    begin = time.perf_counter()

    async def one(number: int) -> None:
        async with connect(address, max_size=None) as server:
            for turn in itertools.count(7 * number):
                if time.perf_counter() - begin > seconds and turn > 7 * number:
                    return
                text = list(truth)[turn % len(truth)]
                await server.send(json.dumps({"type": "speech.start", "seed": len(text), "response_format": "wav"}))
                for piece in re.findall(r"\S+\s*", text):
                    await server.send(json.dumps({"type": "speech.text", "text": piece}))
                last = time.perf_counter()
                await server.send(json.dumps({"type": "speech.end"}))
                first, wav = await answer_of(server)
                if not first:  # an error, which ends the connection: the queue is full
                    tally.refused += 1
                    return
                tally.after_text.append(first - last)
                tally.wrong += hashlib.sha256(wav[HEADER:]).hexdigest() != truth[text][0]

    await asyncio.gather(*(one(number) for number in range(clients)))


async def answer_of(server: ClientConnection) -> tuple[float, bytes]:
    """Return when the first sound of a text came, and its file."""
    first, wav = 0.0, b""
    async for message in server:
        if not isinstance(message, bytes):
            if json.loads(message)["type"] in ("speech.audio.done", "error"):
                break
            continue
        wav += message
        if not first and len(wav) > HEADER:
            first = time.perf_counter()
    return first, wav


async def ask_much(url: str, path: str, fields: dict[str, str], clients: int) -> int:
    """Request `PAUSES` with some clients at once, and return the bytes of all answers."""

    async def one(client: httpx.AsyncClient) -> int:
        body = {"model": "tts-1", "voice": DEFAULT, "input": PAUSES, **fields}
        n_bytes = 0
        async with client.stream("POST", path, json=body) as answer:
            assert answer.status_code == 200, await answer.aread()
            async for piece in answer.aiter_raw():
                n_bytes += len(piece)
        return n_bytes

    async with httpx.AsyncClient(base_url=url, timeout=600, verify=False) as client:
        return sum(await asyncio.gather(*(one(client) for _ in range(clients))))


def memory_of_requests(
    served: Served, clients: int, forms: Iterable[tuple[str, dict[str, str]]]
) -> Iterator[tuple[str, float, float]]:
    """Yield each form of answer, the MiB of the answers, and the MiB of the server for each request."""
    for path, fields in forms:
        served.peak_memory()
        before = served.memory()
        n_bytes = asyncio.run(ask_much(served.url, path, fields, clients))
        name = f"{path.rpartition('/')[2]}, {fields['response_format']}, {fields['stream_format']}"
        yield name, n_bytes / (1 << 20), (served.peak_memory() - before) / clients


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16, 64], help="default: 1 4 16 64")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each number of clients (default: %(default)s)")
    parser.add_argument("--heavy", type=int, default=5, help="clients that ask for much sound (default: %(default)s)")
    parser.add_argument("options", nargs="*", metavar="SERVE_OPTION", help="options for tts serve")
    arguments = parser.parse_args()
    truth = expected(SENTENCES)
    delays = "first audio p50, ms | p95, ms | last text to first audio p50, ms | p95, ms"
    print(f"| clients | answers | answers/s | speech, s/s | {delays} | refused | lost | wrong | memory, MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    with serving(*arguments.options) as served:
        for clients in arguments.clients:
            tally = asyncio.run(load(served.url, clients, arguments.seconds, truth))
            asyncio.run(talk(served.url, clients, arguments.seconds, truth, tally))
            print(tally.row(clients, served.memory()), flush=True)
        if not arguments.heavy:
            return 0
        print(f"\n| {arguments.heavy} requests for 28 minutes of sound | answers, MiB | memory for each, MiB |")
        print("|---|---|---|")
        most = 0.0
        for name, size, memory in memory_of_requests(served, arguments.heavy, FORMS):
            print(f"| {name} | {size:.0f} | {memory:.1f} |", flush=True)
            most = max(most, memory)
    return int(most > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
