import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ModelDescription, parseRecipe } from "@modelwright/contracts";
import { unigramTokenizerJson } from "@modelwright/data";
import { DTYPES, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import type { Registry, VersionRecord } from "@modelwright/registry";

/** One piece a letter; a word's first piece has the space in front of it. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const PIECES: readonly (readonly [string, number])[] = [
  ["<pad>", 0],
  ["<unk>", 0],
  ...["▁", ...LETTERS].map((piece) => [piece, -1] as const),
];
const MAX_LENGTH = 128;

/**
 * The smallest text classifier: the score of a label is how often its letter occurs among the pieces of the text, so
 * that a test can work out the answer.
 *
 * @param labels One letter or digit each.
 */
function tinyModel(labels: readonly string[]): Uint8Array {
  const b = new GraphBuilder({ name: "tiny" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  const mask = b.input("attention_mask", "int64", ["batch", "sequence"]);
  const table = b.initializer(
    "embedding",
    tensorFrom(
      "float32",
      [PIECES.length, labels.length],
      PIECES.flatMap(([piece]) => labels.map((label) => (piece === label ? 1 : 0))),
    ),
  );
  const embedded = b.op("Gather", [table, ids], { axis: 0 });
  const weights = b.op("Unsqueeze", [b.op("Cast", [mask], { to: DTYPES.float32.onnx }), b.ints([2])]);
  const sums = b.op("ReduceSum", [b.op("Mul", [embedded, weights]), b.ints([1])], { keepdims: 0 });
  b.output(sums, "logits");
  return encodeModel(b.build());
}

/** Probabilities that the tiny model gives, worked out without it. */
export function tinyProbabilities(text: string, labels: readonly string[]): number[] {
  const exponentials = labels.map((label) => Math.exp([...text].filter((letter) => letter === label).length));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/** Registers a version of a tiny model and points `champion` at it. */
export async function registerTinyVersion(
  registry: Registry,
  options: { readonly name: string; readonly labels?: readonly string[]; readonly model?: Uint8Array },
): Promise<VersionRecord> {
  const { name, labels = ["a", "b", "c"], model = tinyModel(labels) } = options;
  const recipe = parseRecipe({ name, task: "text-classification", data: { source: "mails.csv" } });
  const run = await registry.createRun({
    recipe,
    recipeSha256: "a".repeat(64),
    experiment: name,
    seed: 7,
    environment: { node: process.version },
  });
  const stagingDirectory = join(await registry.workFolder(run.id), "staging");
  await mkdir(join(stagingDirectory, "onnx"), { recursive: true });
  await writeFile(join(stagingDirectory, "onnx", "model.onnx"), model);
  const tokenizer = unigramTokenizerJson({ pieces: PIECES, unkId: 1, reserved: 2 });
  await writeFile(join(stagingDirectory, "tokenizer.json"), JSON.stringify(tokenizer));
  await writeFile(join(stagingDirectory, "config.json"), "{}");
  const record = await registry.registerVersion({
    name,
    runId: run.id,
    stagingDirectory,
    describe: (version) => tinyManifest({ name, version, runId: run.id, labels }),
  });
  return registry.setAlias(name, "champion", record.version, "test");
}

function tinyManifest(options: {
  readonly name: string;
  readonly version: number;
  readonly runId: string;
  readonly labels: readonly string[];
}): ModelDescription {
  const { labels, ...rest } = options;
  const ids = { dtype: "int64", shape: [-1, -1] };
  return {
    format: 1,
    ...rest,
    task: "text-classification",
    createdAt: "2026-11-24T12:15:30.000Z",
    labels: [...labels],
    signature: {
      input: "text",
      output: "label-probabilities",
      tensors: {
        inputs: [
          { name: "input_ids", ...ids },
          { name: "attention_mask", ...ids },
        ],
        outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
      },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: MAX_LENGTH, truncation: "end", padId: 0 },
    model: { base: "none", fineTune: "full", parameters: PIECES.length * labels.length },
    metrics: {},
    lineage: {
      recipeSha256: "a".repeat(64),
      dataSha256: "b".repeat(64),
      trainRows: 7,
      validationRows: 1,
      testRows: 2,
      seed: 7,
    },
  };
}
