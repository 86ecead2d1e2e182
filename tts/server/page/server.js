// Talks to the server: voices, speech as events, files.

export class KeyError extends Error {}

const WAV_HEADER = 44; // bytes

let key = "";
let limit = 4096; // characters of one request

export function useKey(value) {
  key = value;
}

async function answered(path, options = {}) {
  const headers = { ...options.headers };
  if (key) headers.Authorization = `Bearer ${key}`;
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer: is it still running?");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => null);
  const message = told?.error?.message ?? `The server answered ${answer.status}.`;
  throw answer.status === 401 ? new KeyError(message) : new Error(message);
}

export function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return answered(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

export async function voices() {
  const [{ voices: found }, schema] = await Promise.all(
    ["v1/audio/voices", "openapi.json"].map(async (path) => (await answered(path)).json()),
  );
  limit = schema.components.schemas.SpeechRequest.properties.input.maxLength;
  return found;
}

// The events of the speech of a text, with places and times counted from the start of the whole text.
export async function* speech(body, signal) {
  let seconds = 0;
  for (const { text, start } of parts(body.input, limit)) {
    const request = { ...body, input: text, response_format: "pcm", stream_format: "sse" };
    for await (const event of events(await post("v1/audio/speech/timestamps", request, signal))) {
      yield moved(event, start, seconds);
      if (event.type === "speech.audio.done") seconds += event.duration;
    }
  }
}

// The whole speech as a file. Those of a long text are joined: mp3 frames follow one another, a wav gets one header.
export async function file(body, format) {
  const blobs = [];
  for (const { text } of parts(body.input, limit)) {
    blobs.push(await (await post("v1/audio/speech", { ...body, input: text, response_format: format })).blob());
  }
  const { type } = blobs[0];
  if (format !== "wav" || blobs.length === 1) return new Blob(blobs, { type });
  const header = new DataView(await blobs[0].slice(0, WAV_HEADER).arrayBuffer());
  const size = blobs.reduce((sum, blob) => sum + blob.size - WAV_HEADER, 0);
  header.setUint32(4, size + WAV_HEADER - 8, true);
  header.setUint32(WAV_HEADER - 4, size, true);
  return new Blob([header, ...blobs.map((blob) => blob.slice(WAV_HEADER))], { type });
}

// Cut a text that is too long for one request, after a paragraph, a sentence or a word.
export function parts(text, most) {
  const characters = Array.from(text); // the server counts characters, JavaScript halves of some of them
  const found = [];
  for (let start = 0; start < characters.length; ) {
    let piece = characters.slice(start, start + most).join("");
    if (start + most < characters.length) {
      const cuts = ["\n\n", "\n", ". ", " "].map((mark) => piece.lastIndexOf(mark) + mark.length);
      piece = piece.slice(0, cuts.find((cut) => cut > piece.length / 4) ?? piece.length);
    }
    found.push({ text: piece, start });
    start += Array.from(piece).length;
  }
  return found.filter(({ text: piece }, index) => piece.trim() || (index === 0 && found.length === 1));
}

function moved(event, characters, seconds) {
  const words = event.words?.map((word) => ({
    ...word,
    start: word.start + characters,
    end: word.end + characters,
    start_time: word.start_time + seconds,
    end_time: word.end_time + seconds,
  }));
  const place = "start" in event && { start: event.start + characters, end: event.end + characters };
  return { ...event, ...place, ...(words && { words }), ...(event.srt && { srt: later(event.srt, seconds) }) };
}

// Subtitles that begin some seconds later.
function later(srt, seconds) {
  return srt.replace(/(\d+):(\d\d):(\d\d),(\d{3})/g, (_, ...parts) => {
    const [hours, minutes, whole, milliseconds] = parts.map(Number);
    const time = Math.round(((hours * 60 + minutes) * 60 + whole + seconds) * 1000) + milliseconds;
    const pad = (value, width) => String(value).padStart(width, "0");
    const units = [time / 3_600_000, (time / 60_000) % 60, (time / 1000) % 60];
    const clock = units.map((value) => pad(Math.floor(value), 2));
    return `${clock.join(":")},${pad(time % 1000, 3)}`;
  });
}

async function* events(answer) {
  let text = "";
  for await (const piece of pieces(answer.body.pipeThrough(new TextDecoderStream()))) {
    const lines = (text + piece).split("\n\n");
    text = lines.pop();
    for (const line of lines) yield JSON.parse(line.slice("data: ".length));
  }
}

async function* pieces(stream) {
  const reader = stream.getReader(); // a stream is not iterable in every browser
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}
