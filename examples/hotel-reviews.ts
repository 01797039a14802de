// A convolutional network reads Chinese hotel reviews character by character: praise or complaint, evaluated by cross-validation.
// Run: npm run build && npx jiti examples/hotel-reviews.ts hotel.csv [epochs] [reviews] [folds]
//
// The file has a line for each review: 1 for praise or 0, a comma, the text, quoted where it has to be. For example ChnSentiCorp_htl_all of
// https://github.com/SophonPlus/ChineseNlpCorpus.
import { readFileSync } from "node:fs";
import { accuracy, type BatchSource, defineModel, RandomSource, tensorFrom, trainModel } from "modelwright";
import { crossEntropy, textCnn } from "modelwright/layers";

const [file = "hotel.csv", ...numbers] = process.argv.slice(2);
const [epochs = 5, limit = 10_000, folds = 5] = numbers.map(Number);
/** Characters read of a review; of a longer one its first and last. */
const LONGEST = 256;
/** Single characters, pairs and triples: few Chinese words are longer. */
const SIZES = { width: 128, features: 128, kernels: [1, 2, 3], classes: 2 };

interface Review {
  readonly characters: readonly string[];
  readonly label: number;
}

function readReviews(path: string): Review[] {
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  const reviews = lines.map((line) => {
    const cell = line.slice(2);
    const text = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    const all = Array.from(text.normalize("NFKC").toLowerCase());
    const characters =
      all.length <= LONGEST ? all : [...all.slice(0, LONGEST / 2), ...all.slice(all.length - LONGEST / 2)];
    return { characters, label: Number(line[0]) };
  });
  return RandomSource.fromSeed(1).shuffle(reviews).slice(0, limit);
}

/** An id for each character that stands in two reviews or more; 0 is padding, 1 any other character. */
function vocabularyOf(reviews: readonly Review[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { characters } of reviews) {
    for (const character of new Set(characters)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const frequent = [...counts].filter(([, count]) => count > 1);
  return new Map(frequent.map(([character], i) => [character, i + 2]));
}

/** Batches padded to their longest review. */
function batchesOf(reviews: readonly Review[], vocabulary: ReadonlyMap<string, number>): BatchSource {
  return {
    rows: reviews.length,
    lengths: reviews.map(({ characters }) => characters.length),
    batch: (rows) => {
      const members = Array.from(rows, (row) => reviews[row]!);
      const length = Math.max(...members.map(({ characters }) => characters.length));
      const ids = members.flatMap(({ characters }) =>
        Array.from({ length }, (_, i) => {
          const character = characters[i];
          return character === undefined ? 0 : (vocabulary.get(character) ?? 1);
        }),
      );
      const labels = members.map(({ label }) => label);
      return {
        tokens: tensorFrom("int64", [members.length, length], ids),
        labels: tensorFrom("int64", [members.length], labels),
      };
    },
  };
}

const critic = (vocabulary: number) =>
  defineModel({
    name: "hotel-critic",
    inputs: { tokens: { dtype: "int64", shape: ["batch", "sequence"] } },
    targets: { labels: { dtype: "int64", shape: ["batch"] } },
    forward: (c, { tokens }) => ({ logits: textCnn(c, tokens, { ...SIZES, vocabulary }) }),
    loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
  });

async function heldOutAccuracy(train: readonly Review[], test: readonly Review[]): Promise<number> {
  const vocabulary = vocabularyOf(train);
  const trained = await trainModel(critic(vocabulary.size + 2), {
    data: batchesOf(train, vocabulary),
    epochs,
    batchSize: 64,
    learningRate: 0.002,
    schedule: "linear",
    dropout: 0.3,
  });
  const everyRow = Int32Array.from(test.keys());
  const { tokens, labels } = batchesOf(test, vocabulary).batch(everyRow);
  const { logits } = await trained.predict({ tokens: tokens! });
  trained.release();
  return accuracy(logits, labels!);
}

const reviews = readReviews(file);
console.log(`${reviews.length} reviews, ${reviews.filter(({ label }) => label === 1).length} of praise`);
let sum = 0;
for (let fold = 0; fold < folds; fold++) {
  const test = reviews.filter((_, i) => i % folds === fold);
  const train = reviews.filter((_, i) => i % folds !== fold);
  const share = await heldOutAccuracy(train, test);
  sum += share;
  console.log(`fold ${fold + 1}: ${share.toFixed(4)} of ${test.length}`);
}
console.log(`accuracy over ${folds} folds: ${(sum / folds).toFixed(4)}`);
