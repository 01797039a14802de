import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ModelManifest, modelManifestSchema, taskSchemas } from "@modelwright/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { InferenceRow } from "../inference-row.ts";
import { loadVersion } from "../load-version.ts";
import type { LoadedModel } from "../loaded-model.ts";
import { near } from "./near.ts";
import { type TinyVersion, writeTinyVersion } from "./tiny-version.ts";

/** What is asked of the models of every task, and of what their row says of them. */
export function describeInferenceContract(row: InferenceRow<ModelManifest["task"]>): void {
  const { answer: answerSchema, item: itemSchema, options: optionsSchema, words } = taskSchemas(row.task);
  const limits = { maxItemsPerRequest: 100, maxItemBytes: 2 ** 20 };
  let directory: string;
  let tiny: TinyVersion<ModelManifest["task"]>;
  let model: LoadedModel<ModelManifest["task"]>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "modelwright-inference-"));
    tiny = await row.tinyVersion();
    await writeTinyVersion(directory, tiny);
    model = await row.load(directory, { threads: 1, maxBatch: 4 });
  });
  afterAll(async () => {
    model.release();
    await rm(directory, { recursive: true });
  });

  const everyItem = () => [...tiny.examples.map(({ item }) => item), ...tiny.oddItems];
  const shown = async (items: readonly (typeof tiny.oddItems)[number][], options = {}, from = model) => {
    const raw = await (await from.prepare(items)).run({ options: row.computed(options) });
    return raw.map((each) => row.show(each, { manifest: model.manifest, options }));
  };

  describe("a loaded model", () => {
    test("has the manifest of its folder", () => {
      expect(modelManifestSchema.parse(model.manifest).task).toBe(row.task);
    });

    test("gives each item its answer", async () => {
      for (const { item, options, answer } of tiny.examples)
        expect(await shown([item], options)).toEqual([near(answer)]);
    });

    test("gives items that differ answers that differ", () => {
      const answers = new Set(tiny.examples.map(({ answer }) => JSON.stringify(answer)));
      expect(answers.size).toBeGreaterThan(1);
      expect(tiny.examples.length).toBeGreaterThanOrEqual(3);
    });

    test("answers alike whatever stands beside an item, in the order of the items", async () => {
      for (const options of [{}, tiny.otherOptions]) {
        const items = everyItem();
        const alone = [];
        for (const item of items) alone.push(...(await shown([item], options)));
        expect(await shown(items, options)).toEqual(near(alone));
        expect(await shown(items.toReversed(), options)).toEqual(near(alone.toReversed()));
      }
    });

    test("says what it needs in place of one item without a list, and of an item of another type", async () => {
      for (const given of ["one", undefined, { 0: "a" }, [7], [tiny.examples[0]!.item, null]]) {
        await expect(model.predict(given as never)).rejects.toMatchObject({ code: "MODEL_INPUT_INVALID" });
      }
    });

    test("gives no answers for no items", async () => {
      expect(await (await model.prepare([])).run()).toEqual([]);
      expect(await model.predict([])).toEqual([]);
    });

    test("gives answers that its schema describes, for odd items and all options", async () => {
      for (const options of [{}, tiny.otherOptions]) {
        for (const answer of await shown(everyItem(), optionsSchema.parse(options))) {
          expect(answerSchema.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
        }
      }
    });

    test.skipIf(Object.keys(optionsSchema.shape).length === 0)("answers to other options otherwise", async () => {
      const items = everyItem();
      expect(await shown(items, tiny.otherOptions)).not.toEqual(await shown(items));
    });

    test("gives raw answers that survive the way between threads", async () => {
      const raw = await (await model.prepare(everyItem())).run();
      expect(structuredClone(raw)).toEqual(raw);
    });

    test("predicts what its row shows", async () => {
      const { item, options, answer } = tiny.examples[0]!;
      expect(await model.predict([item], { options })).toMatchObject([near(answer)]);
    });

    test("answers alike where the calling thread does the work", async () => {
      const { item, options, answer } = tiny.examples[0]!;
      const asked = { options: row.computed(options), blocking: true };
      const raw = await (await model.prepare([item])).run(asked);
      expect(raw.map((each) => row.show(each, { manifest: model.manifest, options }))).toEqual([near(answer)]);
    });

    test("answers while it prepares and runs other items", async () => {
      const items = everyItem();
      const expected = await shown(items);
      const all = await Promise.all([shown(items), shown(items.toReversed()), shown(items)]);
      expect(all).toEqual([expected, expected.toReversed(), expected].map(near));
    });

    test("stops at a signal with its reason, and answers afterwards", async () => {
      const { item, options, answer } = tiny.examples[0]!;
      const prepared = await model.prepare([item]);
      const reason = new Error("no longer wanted");
      await expect(prepared.run({ options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      await expect(model.predict([item], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(await shown([item], options)).toEqual([near(answer)]);
    });

    test("warms up without a trace", async () => {
      const { item, options, answer } = tiny.examples[0]!;
      await model.warmUp();
      expect(await shown([item], options)).toEqual([near(answer)]);
    });

    test("is loaded by the task of its manifest, beside another, and outlives it", async () => {
      const { item, options, answer } = tiny.examples[0]!;
      const other: LoadedModel<ModelManifest["task"]> = await loadVersion(directory, { threads: 1 });
      expect(other.manifest).toEqual(model.manifest);
      expect(await Promise.all([shown([item], options), shown([item], options, other)])).toEqual([
        [near(answer)],
        [near(answer)],
      ]);
      other.release();
      expect(await shown([item], options)).toEqual([near(answer)]);
      await expect(shown([item], options, other)).rejects.toMatchObject({ code: "ENGINE_RUNTIME_FAILED" });
    });

    test("is refused when its folder is of another task or damaged", async () => {
      const copy = await mkdtemp(join(tmpdir(), "modelwright-inference-"));
      await writeTinyVersion(copy, tiny);
      const file = join(copy, "modelwright.json");
      const manifest = await readFile(file, "utf8");
      for (const [content, problem] of [
        [manifest.replace(`"${row.task}"`, '"another"'), "task"],
        ["{", "JSON"],
        [
          JSON.stringify({
            ...JSON.parse(manifest),
            files: [{ path: "../../etc", sizeBytes: 1, sha256: "a".repeat(64) }],
          }),
          "files.0.path: must lead to a file inside the folder",
        ],
      ] as const) {
        await writeFile(file, content);
        await expect(row.load(copy)).rejects.toMatchObject({
          code: "SERVER_VERSION_UNREADABLE",
          details: { file, problem: expect.stringContaining(problem) },
        });
      }
      await rm(file);
      await expect(row.load(copy)).rejects.toMatchObject({ code: "SERVER_VERSION_UNREADABLE" });
      await rm(copy, { recursive: true });
    });
  });

  describe("its row", () => {
    test("knows the size of every item", () => {
      for (const item of everyItem()) expect(row.sizeOf(item)).toBeGreaterThanOrEqual(0);
    });

    test("takes the items of its examples as its schema does, and the options", () => {
      for (const { item, options } of tiny.examples) {
        expect(itemSchema(limits).parse(item)).toEqual(item);
        expect(optionsSchema.parse(options)).toEqual(options);
      }
    });

    test("counts every answer by a label or none", async () => {
      const raw = await (await model.prepare(everyItem())).run();
      for (const each of raw) {
        const label = row.metricLabel?.(each, model.manifest);
        expect(label === undefined || row.labels?.(model.manifest).includes(label)).toBe(true);
      }
    });

    test("describes tensors that hold a row per item", async () => {
      const inputs = row.tensors.inputs(model.manifest);
      expect(inputs.length).toBeGreaterThan(0);
      for (const { shape } of inputs) expect(shape[0]).toBe(-1);
      const outputs = Object.values(row.tensors.outputs);
      expect(outputs.length).toBeGreaterThan(0);
      const context = { manifest: model.manifest, options: {} };
      for (const raw of await (await model.prepare(everyItem())).run()) {
        for (const { datatype, rowShape, row: rowOf } of outputs) {
          const values = rowOf(raw, context);
          expect(values.length).toBe(rowShape(model.manifest).reduce((size, length) => size * length, 1));
          for (const value of values) expect(typeof value).toBe(datatype === "BYTES" ? "string" : "number");
        }
      }
    });

    test("refuses a tensor request without inputs in its own words", () => {
      expect(() => row.tensors.items([], limits)).toThrow(expect.objectContaining({ code: "SERVER_REQUEST_INVALID" }));
      expect(words.item).toMatch(/^[a-z]+$/);
    });
  });
}
