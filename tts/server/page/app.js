// Asks for speech, plays it while it arrives, and shows what is heard.

import { Picture } from "./picture.js";
import { Player } from "./player.js";

const RATE = 24000; // hertz, of the server's pcm
const element = (id) => document.getElementById(id);
const form = element("form");
const player = new Player(RATE);
const picture = new Picture(element("picture"), RATE);

let asked = null; // the body of the request that is shown
let words = []; // of the whole speech so far, as the server tells them
let subtitles = "";
let request = null; // the AbortController of what is arriving

function controls() {
  const value = (id) => element(id).value;
  return {
    model: "griffon",
    input: value("input"),
    voice: value("voice"),
    speed: Number(value("speed")),
    pitch: Number(value("pitch")),
    seed: Number(value("seed")),
  };
}

async function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  if (element("key").value) headers.Authorization = `Bearer ${element("key").value}`;
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer: is it still running?");
  }
  if (answer.ok) return answer;
  if (answer.status === 401) askForKey();
  const told = await answer.json().catch(() => null);
  throw new Error(told?.error?.message ?? `The server answered ${answer.status}.`);
}

function askForKey() {
  element("key-row").hidden = false;
  element("key").focus();
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

async function speak() {
  stop();
  const mine = (request = new AbortController());
  const begin = performance.now();
  begun();
  try {
    const body = { ...asked, response_format: "pcm", stream_format: "sse" };
    const answer = await post("v1/audio/speech/timestamps", body, mine.signal);
    for await (const event of events(answer)) {
      if (event.type === "error") throw new Error(event.error.message);
      if (event.type === "speech.audio.delta" && !player.seconds) heard(performance.now() - begin);
      take(event);
    }
  } catch (error) {
    if (error.name !== "AbortError") fail(error.message || "The connection broke off.");
  }
  if (request === mine) ended();
}

function begun() {
  asked = controls();
  words = [];
  subtitles = "";
  player.start();
  picture.clear();
  element("error").hidden = true;
  element("stop").disabled = false;
  element("status").textContent = "…";
  for (const id of ["reading", "warnings", "words", "normalized"]) element(id).textContent = "";
  document.querySelectorAll("[data-download]").forEach((button) => (button.disabled = true));
}

function heard(milliseconds) {
  element("result").hidden = false;
  element("status").textContent = `first sound after ${Math.round(milliseconds)} ms`;
}

function ended() {
  request = null;
  player.end();
  element("stop").disabled = !player.isPlaying;
  if (element("status").textContent === "…") element("status").textContent = "";
  if (!subtitles) return;
  document.querySelectorAll("[data-download]").forEach((button) => (button.disabled = false));
}

function take(event) {
  if (event.type === "speech.audio.delta") {
    const samples = samplesOf(event.audio);
    player.push(samples);
    picture.push(samples);
  } else if (event.type === "speech.audio.words") {
    words.push(...event.words);
    picture.words = words;
    showWords(event.words);
  } else if (event.type === "speech.audio.warning") {
    element("warnings").append(make("li", `Characters ${event.start} to ${event.end}: ${event.message}`));
  } else if (event.type === "speech.audio.done") {
    subtitles = event.srt;
    element("reading").append(Array.from(asked.input).slice(shown()).join(""));
  }
}

function samplesOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const integers = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => integers.getInt16(2 * i, true) / 32768);
}

function make(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

// The text, with a span for each run that is read as one; words of one span, as of a number, share it.
function showWords(added) {
  const codePoints = Array.from(asked.input); // the server counts characters, JavaScript halves of some of them
  const reading = element("reading");
  for (const word of added) {
    const row = document.createElement("tr");
    row.append(make("td", word.source), make("td", word.word), make("td", word.phonemes.map(([p]) => p).join(" ")));
    element("words").append(row);
    element("normalized").append(`${word.word} `);
    if (word.start < shown()) continue;
    reading.append(codePoints.slice(shown(), word.start).join(""));
    const span = make("span", codePoints.slice(word.start, word.end).join(""));
    Object.assign(span.dataset, { start: word.start, end: word.end });
    span.addEventListener("click", () => player.seek(word.start_time));
    reading.append(span);
  }
}

// Characters of the text that are shown: up to the end of the last word.
function shown() {
  return Number(element("reading").lastElementChild?.dataset.end ?? 0);
}

function highlight(seconds) {
  const word = seconds < player.seconds ? words.findLast((each) => each.start_time <= seconds) : null;
  const isHeard = word && seconds < word.end_time + 0.2;
  for (const span of element("reading").children) {
    const isNow = Boolean(isHeard) && span.dataset.start <= word.start && word.start < span.dataset.end;
    if (isNow && !span.classList.contains("now")) span.scrollIntoView({ block: "nearest" });
    span.classList.toggle("now", isNow);
  }
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function draw() {
  const position = player.position;
  highlight(position);
  picture.draw(position);
  element("time").textContent = `${clock(position)} / ${clock(player.seconds)}`;
  const play = element("play");
  play.classList.toggle("on", player.isPlaying);
  play.setAttribute("aria-label", player.isPlaying ? "Pause" : "Play");
  element("picture").setAttribute("aria-valuenow", position.toFixed(1));
  element("picture").setAttribute("aria-valuemax", player.seconds.toFixed(1));
  element("stop").disabled = !request && !player.isPlaying;
  requestAnimationFrame(draw);
}

function stop() {
  request?.abort(); // the server stops its work when the connection is gone
  request = null;
  player.stop();
}

function fail(message) {
  element("error").textContent = message;
  element("error").hidden = false;
  element("status").textContent = "";
}

async function download(format) {
  try {
    const text = format === "srt" ? subtitles : null;
    const blob = text === null ? await (await post("v1/audio/speech", { ...asked, response_format: format })).blob()
      : new Blob([text], { type: "application/x-subrip" });
    const link = make("a", "");
    link.href = URL.createObjectURL(blob);
    link.download = `speech.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (error) {
    fail(error.message);
  }
}

async function listVoices() {
  const headers = element("key").value ? { Authorization: `Bearer ${element("key").value}` } : {};
  const answer = await fetch("v1/audio/voices", { headers }).catch(() => null);
  if (answer === null) return fail("The server does not answer: is it still running?");
  if (answer.status === 401) return askForKey();
  const { voices } = await answer.json();
  element("voice").replaceChildren(...voices.map(({ id, name }) => new Option(name, id)));
}

function showValue(slider) {
  const value = Number(slider.value);
  slider.previousElementSibling.textContent =
    slider.id === "speed" ? `${value.toFixed(2)} ×` : `${value > 0 ? "+" : ""}${value} st`;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await listed; // whoever is quick asks before a voice can be named
  speak();
});
element("stop").addEventListener("click", stop);
element("play").addEventListener("click", () => player.toggle());
element("picture").addEventListener("click", (event) => {
  player.seek((event.offsetX / event.target.clientWidth) * player.seconds);
});
element("picture").addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  if (event.key === " ") player.toggle();
  else if (event.key in moves) player.seek(player.position + moves[event.key]);
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  else if (event.key === "Escape") stop();
});
document.querySelectorAll("[data-download]").forEach((button) => {
  button.addEventListener("click", () => download(button.dataset.download));
});
document.querySelectorAll("input[type=range]").forEach((slider) => {
  slider.addEventListener("input", () => showValue(slider));
  showValue(slider);
});
element("key").value = sessionStorage.getItem("key") ?? "";
element("key").addEventListener("change", () => {
  sessionStorage.setItem("key", element("key").value);
  listed = listVoices();
});
let listed = listVoices();
draw();
