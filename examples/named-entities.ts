// Names of people, places and organisations in Chinese, by a character BiLSTM from scratch; a tenth is held out.
// Run: npm run build && npx jiti examples/named-entities.ts dh_msra.zip [sentences] [epochs]
// The file: https://github.com/SophonPlus/ChineseNlpCorpus, a character and its BIO tag a line, a blank line between sentences.
import { readFile } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import { characterVocabulary, measureSpans, paddedTexts, trainModel } from "modelwright";
import { sequenceTagger } from "modelwright/layers";

const [file = "dh_msra.zip", limit = "Infinity", epochs = "3"] = process.argv.slice(2);
const TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"];

/** The only file in a zip archive: its name and extra field stand between the header of 30 bytes and the data. */
function unzipped(archive: Buffer): string {
  const start = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28);
  return inflateRawSync(archive.subarray(start)).toString("utf8");
}

const sentences = unzipped(await readFile(file))
  .trim()
  .split(/\n\s*\n/)
  .slice(0, Number(limit))
  .map((sentence) => sentence.split("\n").map((line) => line.trim().split("\t") as [string, string]));
const textOf = (sentence: (typeof sentences)[number]) => sentence.map(([character]) => character).join("");
const held = sentences.filter((_, i) => i % 10 === 9);
const seen = sentences.filter((_, i) => i % 10 !== 9);

const vocabulary = characterVocabulary(seen.map(textOf), { minCount: 2 });
const dataset = (part: typeof sentences) =>
  paddedTexts({
    texts: part.map((sentence) => vocabulary.encode(textOf(sentence))),
    labels: part.map((sentence) => sentence.map(([, tag]) => TAGS.indexOf(tag))),
  });

const model = sequenceTagger({
  vocabularySize: vocabulary.size,
  embeddingWidth: 64,
  width: 128,
  tags: TAGS.length,
});
const trained = await trainModel(model, {
  data: dataset(seen),
  learningRate: 0.004,
  schedule: "linear",
  epochs: Number(epochs),
  clipNorm: 1,
  dropout: 0.3,
  onEvent: (event) => {
    if (event.type === "step" && event.step % 100 === 0)
      console.log(`step ${event.step} of ${event.totalSteps}: loss ${event.loss.toFixed(4)}`);
  },
});

const evaluated = dataset(held);
const predicted: string[][] = [];
for (let row = 0; row < evaluated.rows; row += 64) {
  const rows = Int32Array.from({ length: Math.min(64, evaluated.rows - row) }, (_, i) => row + i);
  const { logits } = await trained.predict(evaluated.batch(rows));
  const [, length, tags] = logits.shape as [number, number, number];
  for (const [at, index] of rows.entries())
    predicted.push(held[index]!.map((_, t) => TAGS[bestOf(logits.data, (at * length + t) * tags)]!));
}

function bestOf(scores: ArrayLike<number | bigint>, start: number): number {
  let best = 0;
  for (let tag = 1; tag < TAGS.length; tag++) if (scores[start + tag]! > scores[start + best]!) best = tag;
  return best;
}

const actual = held.map((sentence) => sentence.map(([, tag]) => tag));
const { precision, recall, f1, support, byType } = measureSpans(actual, predicted);
console.log(`${held.length} held-out sentences, ${support} names`);
console.log(`precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, span F1 ${f1.toFixed(3)}`);
for (const [type, measures] of Object.entries(byType)) console.log(`${type}: F1 ${measures.f1.toFixed(3)}`);
await trained.save("named-entities");
trained.release();
