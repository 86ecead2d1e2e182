// Asks for speech, plays it while it arrives, and shows what is heard.

import { chapters } from "./book.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { KeyError, file, post, speech, useKey, voices } from "./server.js";
import { Reading, make } from "./reading.js";
import * as settings from "./settings.js";

const RATE = 24000; // hertz, of the server's pcm
const SAMPLE = "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background.";
const element = (id) => document.getElementById(id);
const form = element("form");
const player = new Player(RATE);
const picture = new Picture(element("picture"), RATE);
const reading = new Reading(element, (second) => player.seek(second));

let asked = null; // the body of the request that is shown
let subtitles = "";
let request = null; // the AbortController of what is arriving
let markup = "auto"; // of the text
let book = []; // the chapters of the file that is open

function askForKey() {
  element("key-row").hidden = false;
  element("key").focus();
}

async function speak() {
  stop();
  const mine = (request = new AbortController());
  const begin = performance.now();
  begun();
  try {
    for await (const event of speech(asked, mine.signal)) {
      if (event.type === "error") throw new Error(event.error.message);
      if (event.type === "speech.audio.delta" && !player.seconds) heard(performance.now() - begin);
      take(event);
    }
    reading.end();
  } catch (error) {
    if (error.name !== "AbortError") fail(error);
  }
  if (request === mine) ended();
}

function begun() {
  asked = { model: "griffon", markup, ...settings.values() };
  subtitles = "";
  player.start();
  picture.clear();
  element("error").hidden = true;
  element("stop").disabled = false;
  element("status").textContent = "…";
  element("warnings").textContent = "";
  reading.clear(asked.input);
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
    reading.add(event.words);
    picture.words = reading.words;
  } else if (event.type === "speech.audio.warning") {
    element("warnings").append(make("li", `Characters ${event.start} to ${event.end}: ${event.message}`));
  } else if (event.type === "speech.audio.done") {
    subtitles += event.srt;
  }
}

function samplesOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const integers = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => integers.getInt16(2 * i, true) / 32768);
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function draw() {
  const position = player.position;
  reading.mark(position < player.seconds ? position : null);
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

function fail(error) {
  if (error instanceof KeyError) askForKey();
  element("error").textContent = error.message || "The connection broke off.";
  element("error").hidden = false;
  element("status").textContent = "";
}

async function download(format) {
  try {
    const text = format === "srt" ? numbered(subtitles) : null;
    const blob = text === null ? await file(asked, format) : new Blob([text], { type: "application/x-subrip" });
    const link = make("a", "");
    link.href = URL.createObjectURL(blob);
    link.download = `speech.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (error) {
    fail(error);
  }
}

// Number the subtitles of all parts of a text through.
function numbered(srt) {
  let number = 0;
  return srt.replace(/^\d+(?=\n\d+:)/gm, () => ++number);
}

async function sample() {
  try {
    const body = { model: "griffon", input: SAMPLE, voice: element("voice").value, response_format: "mp3" };
    const sound = new Audio(URL.createObjectURL(await (await post("v1/audio/speech", body)).blob()));
    element("sample").dataset.played = body.voice;
    await sound.play();
  } catch (error) {
    fail(error);
  }
}

async function open(chosen) {
  if (!chosen) return;
  try {
    book = await chapters(chosen);
    element("chapter").replaceChildren(...book.map(({ title }, index) => new Option(title, index)));
    element("chapter-row").hidden = book.length < 2;
    element("error").hidden = true;
    show(0);
    element("status").textContent = `${chosen.name}: ${book.length === 1 ? "1 chapter" : `${book.length} chapters`}`;
  } catch (error) {
    fail(error);
  }
}

function show(chapter) {
  ({ text: element("input").value, markup } = book[chapter]);
}

async function share() {
  const link = settings.link(location.href);
  history.replaceState(null, "", link);
  const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
  element("status").textContent = copied ? "The link is copied." : "The link is in the address bar.";
}

async function listVoices() {
  useKey(element("key").value);
  try {
    element("voice").replaceChildren(...(await voices()).map(({ id, name }) => new Option(name, id)));
    settings.restore(location.hash, ["voice"]);
  } catch (error) {
    if (error instanceof KeyError) askForKey();
    else fail(error);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await listed; // whoever is quick asks before a voice can be named
  speak();
});
element("stop").addEventListener("click", stop);
element("sample").addEventListener("click", sample);
element("share").addEventListener("click", share);
element("file").addEventListener("change", (event) => open(event.target.files[0]));
element("chapter").addEventListener("change", (event) => show(event.target.value));
element("input").addEventListener("input", () => (markup = "auto"));
document.addEventListener("dragover", (event) => {
  event.preventDefault(); // otherwise the browser opens the file
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  open(event.dataTransfer.files[0]);
});
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
settings.start(() => (picture.isStale = true));
settings.restore(location.hash);
window.addEventListener("hashchange", () => settings.restore(location.hash));
element("key").value = sessionStorage.getItem("key") ?? "";
element("key").addEventListener("change", () => {
  sessionStorage.setItem("key", element("key").value);
  listed = listVoices();
});
let listed = listVoices();
draw();
