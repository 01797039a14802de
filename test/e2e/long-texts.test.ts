import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManifestOf } from "@modelwright/contracts";
import { loadTokenizer, type PreparedData, type TextRow } from "@modelwright/data";
import { defaultRuntime, encodeModel, RandomSource } from "@modelwright/engine";
import { TextClassifier } from "@modelwright/inference";
import {
  buildModel,
  countParameters,
  drawnParameters,
  type Encoder,
  INFERENCE,
  type LoadedPretrained,
  textCnn,
} from "@modelwright/models";
import { classifySplit, encodeData, fineTune } from "@modelwright/training";
import { afterAll, expect, test } from "vitest";

const directory = await mkdtemp(join(tmpdir(), "modelwright-long-texts-"));
afterAll(() => rm(directory, { recursive: true }));

const FILLERS = Array.from({ length: 12 }, (_, i) => `word${i}`);
const LABELS = ["calm", "loud"];
const LONGEST = 510;

/** Some 300 words, of which only one says the label: somewhere behind the first 200. */
function textOf(row: number): TextRow {
  const random = RandomSource.fromSeed(5).stream(`row ${row}`);
  const label = LABELS[row % LABELS.length]!;
  const words = Array.from({ length: 280 + random.integer(40) }, () => FILLERS[random.integer(FILLERS.length)]!);
  words[200 + random.integer(words.length - 200)] = label;
  return { id: `${row}`, text: words.join(" "), label, origin: { file: "-", line: row + 1 } };
}

const rowsOf = (start: number, count: number) => Array.from({ length: count }, (_, i) => textOf(start + i));
const data: PreparedData = {
  labels: LABELS,
  train: rowsOf(0, 96),
  validation: rowsOf(100, 16),
  test: rowsOf(200, 24),
  digest: "",
  report: { steps: [], warnings: [], fields: "text" },
};

/** A small encoder that reads 512 tokens, with weights drawn at random. */
function randomEncoder(): LoadedPretrained {
  const tokens = ["[PAD]", "[UNK]", ...FILLERS, ...LABELS];
  const tokenizerJson = {
    version: "1.0",
    added_tokens: [],
    pre_tokenizer: { type: "BertPreTokenizer" },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
  const encoder: Encoder = {
    modelType: "text-cnn",
    config: {},
    inputs: ["inputIds"],
    vocabularySize: tokens.length,
    width: 8,
    maxLength: 512,
    padId: 0,
    apply: (c, { inputIds }) => {
      const config = { vocabulary: tokens.length, width: 8, kernels: [3], features: 8, classes: 8 };
      return { pooled: () => c.scope("encoder", () => textCnn(c, inputIds, config)) };
    },
  };
  const source = drawnParameters(RandomSource.fromSeed(11));
  const { parameters } = buildModel({
    name: "encoder",
    source,
    build: INFERENCE,
    body: (c) => {
      const inputIds = c.b.input("input_ids", "int64", ["batch", "sequence"]);
      const attentionMask = c.b.input("attention_mask", "int64", ["batch", "sequence"]);
      return { inputs: [inputIds], outputs: { pooled: encoder.apply(c, { inputIds, attentionMask }).pooled() } };
    },
  });
  return { encoder, parameters, tokenizerJson };
}

test("texts of 300 tokens are served as they were trained, to their last token", async () => {
  const pretrained = randomEncoder();
  const tokenizer = loadTokenizer(pretrained.tokenizerJson);
  expect(Math.min(...data.test.map(({ text }) => tokenizer.encode(text, 10_000).length))).toBeGreaterThan(270);
  const reading = { maxLength: LONGEST, truncation: "end" } as const;
  const encoded = encodeData(data, tokenizer, reading);
  const trained = await fineTune({
    pretrained,
    data: encoded,
    fineTune: "full",
    epochs: 20,
    batchSize: 16,
    learningRate: 1e-2,
    headLearningRate: 1e-2,
    bagLearningRate: 1e-2,
    schedule: "linear",
    optimizer: "adamw",
    earlyStopping: { metric: "f1Macro", patience: 20 },
  });
  const runtime = await defaultRuntime();
  const evaluated = await classifySplit(trained.model, LABELS, encoded.test, { runtime });

  const ids = { dtype: "int64", shape: [-1, -1] };
  const manifest: ManifestOf<"text-classification"> = {
    format: 1,
    name: "long-texts",
    version: 1,
    task: "text-classification",
    createdAt: new Date().toISOString(),
    runId: "run",
    labels: LABELS,
    signature: {
      input: "text",
      output: "label-probabilities",
      tensors: {
        inputs: trained.model.inputs.map((name) => ({ name, ...ids })),
        outputs: [{ name: "logits", dtype: "float32", shape: [-1, LABELS.length] }],
      },
    },
    preprocessing: { tokenizer: "tokenizer.json", ...reading, padId: tokenizer.padId },
    model: { base: "random", fineTune: "full", parameters: countParameters(trained.model.parameters) },
    metrics: {},
    lineage: { recipeSha256: "", dataSha256: "", trainRows: 96, validationRows: 16, testRows: 24, seed: 3 },
    files: [],
  };
  await mkdir(join(directory, "onnx"));
  await writeFile(join(directory, "modelwright.json"), JSON.stringify(manifest));
  await writeFile(join(directory, "tokenizer.json"), JSON.stringify(pretrained.tokenizerJson));
  await writeFile(join(directory, "onnx", "model.onnx"), encodeModel(trained.model.graph));

  const classifier = await TextClassifier.load(directory);
  const served = await classifier.predict(data.test.map(({ text }) => text));
  classifier.release();
  served.forEach(({ label, probabilities }, row) => {
    expect(label).toBe(data.test[row]!.label);
    LABELS.forEach((name, i) => {
      expect(
        Math.abs(
          probabilities.find((each) => each.label === name)!.probability -
            evaluated.probabilities[row * LABELS.length + i]!,
        ),
      ).toBeLessThan(1e-5);
    });
  });
});
