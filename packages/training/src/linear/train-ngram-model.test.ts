import { loadTokenizer, TextFeeds } from "@modelwright/data";
import { defaultRuntime, encodeModel, type Session } from "@modelwright/engine";
import { softmaxRows } from "@modelwright/evaluation";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bankingSlice, hasBanking77 } from "../testing/banking77.ts";
import { classGradient } from "./class-gradient.ts";
import { NGRAM_READING, type NgramModel, ngramEpochs, trainNgramModel } from "./train-ngram-model.ts";

const LABELS = ["delivery", "payment", "天气"];
const WORDS = [
  ["parcel", "courier", "parcels late"],
  ["invoice", "refund", "bill twice"],
  ["今天天气好", "天气不好", "下雨了"],
];
const OPENINGS = ["where is", "I lost", "please send", "what about"];
const ROWS = WORDS.flatMap((words, label) =>
  words.flatMap((word) => OPENINGS.map((opening) => ({ text: `${opening} my ${word}!`, label }))),
);
const texts = ROWS.map(({ text }) => text);
const classes = Int32Array.from(ROWS, ({ label }) => label);

const options = {
  train: texts,
  validation: texts,
  width: LABELS.length,
  gradient: classGradient(classes),
  loss: (logits: Float32Array) =>
    classes.reduce((sum, label, row) => sum - Math.log(softmaxRows(logits, 3)[row * 3 + label]!), 0),
  seed: 7,
};

describe("trainNgramModel", () => {
  let model: NgramModel;
  let session: Session;

  beforeAll(async () => {
    model = (await trainNgramModel(options))!;
    session = await (await defaultRuntime()).createSession(encodeModel(model.graph()), {
      file: "model.onnx",
      threads: 1,
      executionProvider: "cpu",
    });
  });
  afterAll(() => session.release());

  test("tells what it has learned of words and of characters without spaces", () => {
    const logits = model.logits(["the courier is late", "refunds, please", "明天天气"]);
    const best = [0, 1, 2].map((row) => {
      const scores = logits.subarray(row * 3, row * 3 + 3);
      return LABELS[scores.indexOf(Math.max(...scores))];
    });
    expect(best).toEqual(LABELS);
  });

  test("has a graph that gives the logits it was trained to, whatever stands beside a text", async () => {
    const tokenizer = loadTokenizer(model.tokenizerJson);
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.array(fc.constantFrom(...texts, "parcel", "天", "  "), { maxLength: 5 }).map((parts) => parts.join(" ")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), async (given) => {
        const encoded = given.map((each) => tokenizer.encode(each, NGRAM_READING.maxLength));
        const length = Math.max(1, ...encoded.map((ids) => ids.length));
        const rows = Int32Array.from(given.keys());
        const { logits } = await session.run(new TextFeeds({ encoded }, NGRAM_READING).feeds({ rows, length }));
        const expected = model.logits(given);
        for (const [i, value] of expected.entries()) expect(logits!.data[i]).toBeCloseTo(value, 4);
      }),
      { numRuns: 50 },
    );
  });

  test("gives the same bits again", async () => {
    const again = (await trainNgramModel(options))!;
    expect(again.parts).toEqual(model.parts);
    expect(again.tokenizerJson).toEqual(model.tokenizerJson);
  });

  test("ends without a model where it is asked to", async () => {
    expect(await trainNgramModel({ ...options, shouldStop: () => true })).toBeUndefined();
  });
});

test.skipIf(!hasBanking77)("tells six intents of BANKING77 apart", async () => {
  const data = await bankingSlice({ labels: 6, train: 25, validation: 5, test: 15 });
  const classesOf = (rows: typeof data.train) => Int32Array.from(rows, ({ label }) => data.labels.indexOf(label));
  const textsOf = (rows: typeof data.train) => rows.map(({ text }) => text);
  const validation = classesOf(data.validation);
  const bank = (await trainNgramModel({
    train: textsOf(data.train),
    validation: textsOf(data.validation),
    width: 6,
    gradient: classGradient(classesOf(data.train)),
    loss: (logits) => {
      const probabilities = softmaxRows(logits, 6);
      return validation.reduce((sum, label, row) => sum - Math.log(probabilities[row * 6 + label]!), 0);
    },
    seed: 7,
  }))!;
  const logits = bank.logits(textsOf(data.test));
  const right = classesOf(data.test).filter((label, row) => {
    const scores = logits.subarray(row * 6, row * 6 + 6);
    return scores.indexOf(Math.max(...scores)) === label;
  });
  expect(right.length / data.test.length).toBeGreaterThan(0.6);
});

test("few rows are passed over more often than many", () => {
  expect([10, 1000, 10_000].map(ngramEpochs)).toEqual([60, 20, 6]);
});
