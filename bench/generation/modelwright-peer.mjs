// Modelwright in a process of its own: node modelwright-peer.mjs FOLDER THREADS
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { VOCABULARY } from "./model.mjs";
import { promptsOf, serve } from "./peer.mjs";

const { loadVersion } = await import(new URL("../../packages/inference/dist/index.js", import.meta.url).href);
const [, , folder, threads] = process.argv;
const manifest = JSON.parse(await readFile(join(folder, "modelwright.json"), "utf8"));
const model = await loadVersion(folder, { threads: Number(threads), manifest });

await serve(async ({ sequences, prompt, tokens }) => {
  // What begins a text stands in front of each prompt, so that one token less is given.
  const prompts = promptsOf(sequences, prompt - 1, VOCABULARY);
  const options = { maxTokens: tokens, temperature: 0 };
  const written = await Promise.all(prompts.map((ids) => model.generate(Int32Array.from(ids), options)));
  return written.map(({ text }) =>
    text
      .trim()
      .split(/\s+/)
      .map((word) => Number(word.slice(1))),
  );
});
