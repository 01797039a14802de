import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TASKS } from "@modelwright/contracts";
import { encodeModel, GraphBuilder } from "@modelwright/engine";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countLetter } from "../testing/letters.ts";
import { writeTinyVersion } from "../testing/tiny-version.ts";
import { textClassification as row } from "./row.ts";
import { TextClassifier } from "./text-classifier.ts";
import { tinyProbabilities, tinyTextClassifier } from "./tiny-version.ts";

const LABELS = ["a", "b", "c"];
let directory: string;
let scratch: string;
let classifier: TextClassifier;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "modelwright-classifier-"));
  directory = join(scratch, "letters");
  await writeTinyVersion(directory, tinyTextClassifier());
  classifier = await TextClassifier.load(directory, { threads: 1 });
});

afterAll(async () => {
  classifier.release();
  await rm(scratch, { recursive: true });
});

/** A copy of the version with one file changed. */
async function changed(file: string, change: (content: Buffer) => string | Uint8Array | undefined): Promise<string> {
  const copy = await mkdtemp(join(scratch, "copy-"));
  await cp(directory, copy, { recursive: true });
  const content = change(await readFile(join(copy, file)));
  if (content === undefined) await rm(join(copy, file));
  else await writeFile(join(copy, file), content);
  return copy;
}

describe("TextClassifier", () => {
  test("gives the label and the probabilities of its graph", async () => {
    const [prediction] = await classifier.predict(["abba b"]);
    const expected = tinyProbabilities("abba b", LABELS);
    expect(prediction!.label).toBe("b");
    expect(prediction!.probability).toBeCloseTo(expected[1]!, 6);
    expect(prediction!.probabilities).toEqual(
      [1, 0, 2].map((i) => ({ label: LABELS[i], probability: expect.closeTo(expected[i]!, 6) })),
    );
  });

  test("gives each text its own row, whatever stands beside it", async () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c", "x", " "), maxLength: 100 }), {
      maxLength: 70,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (given) => {
        const predictions = await classifier.predict(given);
        expect(predictions.length).toBe(given.length);
        predictions.forEach(({ probabilities }, row) => {
          const expected = tinyProbabilities(given[row]!, LABELS);
          expect(probabilities.length).toBe(LABELS.length);
          for (const { label, probability } of probabilities) {
            expect(probability).toBeCloseTo(expected[LABELS.indexOf(label)]!, 5);
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  describe("of a version that rejects", () => {
    /** Of "abba" a label has the probability e² / (2e² + 1) = 0.468, of "bb" e² / (e² + 2) = 0.787. */
    const rejecting = (below: number) =>
      changed("modelwright.json", (content) => {
        const reject = { below, validation: { rows: 10, coverage: 0.5, precision: 1 } };
        return JSON.stringify({ ...JSON.parse(content.toString()), reject });
      });

    test("answers where it is sure enough, and says what was likeliest where it is not", async () => {
      const model = await TextClassifier.load(await rejecting(0.6), { threads: 1 });
      const [sure, unsure] = await model.predict(["bb", "abba"]);
      expect(sure).toMatchObject({ label: "b", probability: expect.closeTo(0.787, 3) });
      expect(sure).not.toHaveProperty("rejected");
      expect(unsure).toMatchObject({
        label: null,
        rejected: true,
        likeliest: "a",
        probability: expect.closeTo(0.468, 3),
      });
      expect(unsure!.probabilities.map(({ label }) => label).toSorted()).toEqual(LABELS);
      expect(unsure!.probabilities[0]!.label).toBe("a");
      // The types tell the two apart.
      const label: string = unsure!.rejected ? unsure!.likeliest : unsure!.label;
      expect(label).toBe("a");
      model.release();
    });

    test("rejects below the threshold alone, not at it", async () => {
      const [prediction] = await classifier.predict(["bb"]);
      const model = await TextClassifier.load(await rejecting(prediction!.probability), { threads: 1 });
      expect(await model.predict(["bb"])).toMatchObject([{ label: "b" }]);
      model.release();
    });

    test("shows, counts and writes a rejected text as such", async () => {
      const model = await TextClassifier.load(await rejecting(0.6), { threads: 1 });
      const [raw] = await model.prepare(["abba"]).run();
      const { manifest } = model;
      const answer = row.show(raw!, { manifest, options: { topK: 1 } });
      expect(answer).toMatchObject({
        label: null,
        rejected: true,
        likeliest: "a",
        probabilities: [{ label: "a", probability: expect.any(Number) }],
      });
      expect(TASKS["text-classification"].answer.parse(answer)).toEqual(answer);
      expect(row.metricLabel(raw!, manifest)).toBe("(rejected)");
      expect(row.tensors.outputs.label.row(raw!, { manifest, options: {} })).toEqual([""]);
      model.release();
    });
  });

  test("cuts a text at the longest sequence of the model", async () => {
    // The first token is the space in front, so 127 letters are read.
    const [prediction] = await classifier.predict([`${"x".repeat(127)}${"a".repeat(50)}`]);
    expect(prediction!.probability).toBeCloseTo(1 / 3, 6);
  });

  test("answers a text of several windows by the mean of their logits, whatever stands beside it", async () => {
    const folder = await mkdtemp(join(scratch, "windows-"));
    await writeTinyVersion(folder, tinyTextClassifier({ windows: { overlap: 28, most: 3 } }));
    const model = await TextClassifier.load(folder, { threads: 1, maxBatch: 4 });
    // A space in front: windows are the tokens 0–127, 100–227 and the last 128 of the 328 that three of them hold.
    const long = `${"a".repeat(4)}${"x".repeat(123)}${"b".repeat(3)}${"x".repeat(127)}${"c".repeat(70)}${"b".repeat(99)}`;
    const tokens = [" ", ...long];
    const windows = [tokens.slice(0, 128), tokens.slice(100, 228), tokens.slice(200, 328)];
    const logits = LABELS.map((label) => windows.reduce((sum, w) => sum + countLetter(w.join(""), label), 0) / 3);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    const texts = ["abba b", long, "c", ...Array.from({ length: 9 }, () => long), "b"];
    const together = await model.predict(texts);
    for (const [i, text] of texts.entries()) {
      const [alone] = await model.predict([text]);
      for (const [k, { label, probability }] of together[i]!.probabilities.entries()) {
        expect(alone!.probabilities[k]).toEqual({ label, probability: expect.closeTo(probability, 6) });
        const expected =
          text === long
            ? Math.exp(logits[LABELS.indexOf(label)]!) / sum
            : tinyProbabilities(text, LABELS)[LABELS.indexOf(label)]!;
        expect(probability).toBeCloseTo(expected, 5);
      }
    }
    expect(together.length).toBe(texts.length);
    model.release();
  });

  test("gives the likeliest labels alone where so many are asked for", async () => {
    const [prediction] = await classifier.predict(["ccb"], { options: { topK: 2 } });
    expect(prediction!.probabilities.map(({ label }) => label)).toEqual(["c", "b"]);
  });

  test("reads texts without tokens, with unknown characters and with half of a surrogate pair", async () => {
    for (const { probability } of await classifier.predict(["", "你好 🎉", "\ud83c", "\u0000"])) {
      expect(probability).toBeCloseTo(1 / 3, 6);
    }
  });

  test.each([
    ["modelwright.json", () => undefined, "modelwright.json: ENOENT"],
    ["modelwright.json", () => "{", "modelwright.json: "],
    ["modelwright.json", () => '{"format": 2, "task": "text-classification"}', "modelwright.json: format"],
    ["tokenizer.json", () => "[", "tokenizer.json: "],
    ["onnx/model.onnx", () => undefined, "onnx/model.onnx: ENOENT"],
  ])("names the file when %s is missing or damaged", async (file, change, message) => {
    const copy = await changed(file, change);
    await expect(TextClassifier.load(copy)).rejects.toMatchObject({
      code: "SERVER_VERSION_UNREADABLE",
      message: expect.stringContaining(message),
    });
  });

  test("refuses a manifest with another number of labels than the graph has outputs", async () => {
    const copy = await changed("modelwright.json", (content) => {
      const manifest = JSON.parse(content.toString());
      return JSON.stringify({ ...manifest, labels: ["a", "b"] });
    });
    await expect(TextClassifier.load(copy)).rejects.toThrow(
      'the output "logits" has shape [batch, 3], the manifest names 2 labels',
    );
  });

  test("refuses a graph without the bag that its manifest speaks of", async () => {
    const copy = await changed("modelwright.json", (content) => {
      const { preprocessing, ...manifest } = JSON.parse(content.toString());
      return JSON.stringify({ ...manifest, preprocessing: { ...preprocessing, bagLength: 256 } });
    });
    await expect(TextClassifier.load(copy)).rejects.toThrow('the graph has no int64 input "bag_ids"');
  });

  test("refuses a graph with another signature", async () => {
    const b = new GraphBuilder({ name: "other" });
    b.output(b.op("Neg", [b.input("x", "float32", ["batch"])]), "y");
    const copy = await changed("onnx/model.onnx", () => encodeModel(b.build()));
    await expect(TextClassifier.load(copy)).rejects.toThrow('the graph has no int64 input "input_ids"');
  });

  test("refuses bytes that are no model", async () => {
    const copy = await changed("onnx/model.onnx", () => "not a model");
    await expect(TextClassifier.load(copy)).rejects.toMatchObject({ code: expect.stringMatching(/^ENGINE_/) });
  });
});
