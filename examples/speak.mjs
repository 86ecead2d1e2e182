// Speak with griffon from Node: tts serve, then npm install openai, then node speak.mjs
import { writeFile } from "node:fs/promises";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.GRIFFON_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: "any",
});
const speech = await client.audio.speech.create({
  model: "tts-1",
  voice: "alloy", // or one of ours
  input: "Hello from Node.",
});
await writeFile("hello.mp3", Buffer.from(await speech.arrayBuffer()));
