// Hotel reviews in Chinese, liked or not, by characters: embedding + BiLSTM, or embedding + dense; a fifth is held out.
// Run: npm run build && npx jiti examples/sentiment.ts hotel.csv [lstm | dense] [reviews] [epochs] [folds]
// The file: https://github.com/SophonPlus/ChineseNlpCorpus (ChnSentiCorp_htl_all), columns label and review.
import { readFile } from "node:fs/promises";
import { characterVocabulary, paddedTexts, trainModel } from "modelwright";
import { embeddingDenseClassifier, lstmClassifier } from "modelwright/layers";

const [file = "hotel.csv", kind = "lstm", limit = "Infinity", epochs = "4", folds = "1"] = process.argv.slice(2);
/** What is read of a review. */
const CHARACTERS = 200;
const FOLDS = 5;

interface Review {
  readonly text: string;
  readonly label: number;
}

const lines = (await readFile(file, "utf8")).split(/\r?\n(?=[01],)/).slice(1);
const reviews = lines.map((line): Review => {
  const text = line.slice(2).replace(/^"|"$/g, "").replaceAll('""', '"').trim();
  return { text: Array.from(text).slice(0, CHARACTERS).join(""), label: Number(line[0]) };
});
// The file is sorted by label: a stride without a common divisor mixes it.
const mixed = reviews.map((_, i) => reviews[(i * 3001) % reviews.length]!).slice(0, Number(limit));

async function accuracyOfFold(fold: number): Promise<number> {
  const seen = mixed.filter((_, i) => i % FOLDS !== fold);
  const held = mixed.filter((_, i) => i % FOLDS === fold);
  const vocabulary = characterVocabulary(
    seen.map(({ text }) => text),
    { minCount: 2 },
  );
  const dataset = (part: readonly Review[]) =>
    paddedTexts({
      texts: part.map(({ text }) => vocabulary.encode(text)),
      labels: part.map(({ label }) => label),
    });
  const sizes = { vocabularySize: vocabulary.size, embeddingWidth: 96, classes: 2 };
  const model =
    kind === "dense" ? embeddingDenseClassifier({ ...sizes, width: 64 }) : lstmClassifier({ ...sizes, width: 96 });
  const trained = await trainModel(model, {
    data: dataset(seen),
    learningRate: 0.003,
    schedule: "linear",
    epochs: Number(epochs),
    clipNorm: 1,
    dropout: 0.4,
  });
  const evaluated = dataset(held);
  let right = 0;
  for (let row = 0; row < evaluated.rows; row += 64) {
    const rows = Int32Array.from({ length: Math.min(64, evaluated.rows - row) }, (_, i) => row + i);
    const { data } = (await trained.predict(evaluated.batch(rows))).logits;
    for (const [at, index] of rows.entries())
      if ((data[2 * at + 1]! > data[2 * at]! ? 1 : 0) === held[index]!.label) right++;
  }
  if (fold === 0) await trained.save("sentiment");
  trained.release();
  return right / held.length;
}

let total = 0;
for (let fold = 0; fold < Number(folds); fold++) {
  const accuracy = await accuracyOfFold(fold);
  console.log(`fold ${fold + 1}: accuracy ${accuracy.toFixed(3)}`);
  total += accuracy;
}
console.log(`accuracy of ${kind} on ${mixed.length} reviews: ${(total / Number(folds)).toFixed(3)}`);
