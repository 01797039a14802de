import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ManifestOf, parseRecipe } from "@modelwright/contracts";
import { type Frame, type TextColumn, takeRows, vectorsOf } from "@modelwright/data";
import { tensor } from "@modelwright/engine";
import { allclose } from "@modelwright/engine/testing";
import { ColumnEncoders, loadVersionOf } from "@modelwright/inference";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeVersion } from "../../pipeline/describe-version.ts";
import { HeldOut } from "../held-out.ts";
import { tabularClassification } from "../tabular-classification/tabular-classification.ts";
import type { FitContext } from "../task.ts";
import { contentsOf } from "../version-files.ts";
import { predictParts } from "./predict-parts.ts";
import type { TableRecipe } from "./table-recipe.ts";
import { encodedColumns, encodersOf } from "./text-vectors.ts";

const columnOf = (values: readonly string[]): Frame => ({
  rows: values.length,
  columns: [{ kind: "text", name: "review", values }],
});
const recipeOf = (features: object = {}) =>
  parseRecipe({ name: "t", task: "tabular-classification", data: { source: "t.csv" }, features }) as TableRecipe;

const ENGLISH = Array.from(
  { length: 30 },
  (_, i) => `this is the ${["best", "worst", "only"][i % 3]} thing that I have bought from them in ${i} years`,
);
const CHINESE = Array.from({ length: 30 }, (_, i) => `这家酒店的房间很干净，服务也不错，我们住了${i}天`);

describe("an encoder reads", () => {
  const read = (values: readonly string[], features?: object) =>
    encodedColumns(columnOf(values), recipeOf(features)).map(({ encoder }) => encoder.base);

  test("English sentences unasked, and no others", () => {
    expect(read(ENGLISH)).toEqual(["use-lite-en"]);
    expect(read(CHINESE)).toEqual([]);
    expect(read(ENGLISH.map((_, i) => `Model ${i}`))).toEqual([]);
    expect(read(["", ""])).toEqual([]);
  });

  test("what it is asked to, and not what is encoded otherwise", () => {
    expect(read(CHINESE, { columns: { review: { encode: "embedding", base: "./encoder" } } })).toEqual(["./encoder"]);
    expect(read(ENGLISH, { kinds: { text: { encode: "tfidf" } } })).toEqual([]);
    expect(read(ENGLISH, { columns: { review: { encode: "drop" } } })).toEqual([]);
    expect(
      read(ENGLISH, { kinds: { text: { encode: "tfidf" } }, columns: { review: { encode: "embedding" } } }),
    ).toEqual(["use-lite-en"]);
  });

  test("columns that are read alike by one encoder", () => {
    const frame = {
      rows: 30,
      columns: ["a", "b", "c"].map((name) => ({ kind: "text", name, values: ENGLISH }) as const),
    };
    const columns = encodedColumns(frame, recipeOf({ columns: { c: { maxLength: 16 } } }));
    expect(encodersOf(columns)).toEqual([
      { base: "use-lite-en", at: "features.kinds.text.base", maxLength: undefined, truncation: "end" },
      { base: "use-lite-en", at: "features.kinds.text.base", maxLength: 16, truncation: "end" },
    ]);
  });
});

describe("a version that reads texts by an encoder", () => {
  const directory = mkdtempSync(join(tmpdir(), "text-vectors-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const texts = [...ENGLISH, "", "短的", ...ENGLISH.map((text) => text.slice(20)), "x ".repeat(300)];
  const frame: Frame = {
    rows: texts.length,
    columns: [
      { kind: "number", name: "price", values: Float64Array.from(texts, (_, i) => (i * 7) % 11) },
      { kind: "text", name: "review", values: texts },
    ],
  };
  const rowsOf = (frame: Frame) => ({
    frame,
    labels: ["best", "other"],
    rows: Array.from({ length: frame.rows }, (_, i) => {
      const text = (frame.columns[1] as TextColumn).values[i]!;
      return { id: String(i), label: text.includes("best") ? "best" : "other", origin: { file: "t.csv", line: i + 2 } };
    }),
  });
  const train = takeRows(
    frame,
    Int32Array.from({ length: 50 }, (_, row) => row),
  );
  const held = takeRows(
    frame,
    Int32Array.from({ length: texts.length - 50 }, (_, row) => row + 50),
  );
  const recipe = parseRecipe({
    name: "t",
    task: "tabular-classification",
    data: { source: "t.csv" },
    features: { columns: { review: { encode: "embedding", components: 5 } } },
    model: { kind: "linear" },
    train: { threads: 1, bags: 1 },
  });
  const context = {
    baseDir: directory,
    cacheFolder: join(directory, "cache"),
    provider: { name: "cpu" },
    onProgress: () => {},
    onModel: () => {},
    shouldStop: () => false,
  } as unknown as FitContext;
  const enrich = async () => {
    const data = {
      learning: { train: rowsOf(train), validation: rowsOf(held) },
      development: { rows: rowsOf(frame) },
      test: new HeldOut(rowsOf(held), held.rows),
    };
    return tabularClassification.enrich!(recipe, data as never, context);
  };
  let enriched: Awaited<ReturnType<typeof enrich>>;
  let manifest: ManifestOf<"tabular-classification">;
  let predicted: Float64Array;
  beforeAll(async () => {
    enriched = await enrich();
    const fitted = (await tabularClassification.fit(recipe, enriched.learning, context))!;
    predicted = await predictParts(fitted.parts, enriched.learning.validation.frame);
    const { files, manifest: own } = tabularClassification.version(fitted, recipe);
    for (const [path, content] of Object.entries(contentsOf(files))) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    manifest = describeVersion(tabularClassification as never, recipe, {
      run: { id: "r", recipeSha256: "" },
      data: { learning: enriched.learning, digest: "", test: { size: held.rows }, language: undefined },
      own,
      number: 1,
      measures: {},
    }) as unknown as ManifestOf<"tabular-classification">;
  });

  test("predicts from raw rows what was learnt from vectors", async () => {
    const model = await loadVersionOf("tabular-classification", directory, { manifest, threads: 1 });
    const answers = await model.prepareFrame(held).run();
    answers.forEach((answer, row) => {
      for (const [k, probability] of answer.entries()) expect(probability).toBeCloseTo(predicted[2 * row + k]!, 5);
    });
    // A lone row, alone in its run of the encoder.
    const [one] = await model.predict([{ price: 3, review: texts[4]! }]);
    expect(["best", "other"]).toContain(one!.label);
    await model.warmUp();
    model.release();
  });

  test("reads each text as training did, but for the rounding of other runs", async () => {
    const encoders = await ColumnEncoders.load(directory, manifest.preprocessing.encoders!, { threads: 1 });
    const served = await encoders.prepare(train, manifest.preprocessing.columns).run({});
    encoders.release();
    const vectors = ({ columns }: Frame) => vectorsOf((columns[1] as TextColumn).vectors!);
    const [here, there] = [vectors(enriched.learning.train.frame), vectors(served)].map((data) => {
      return tensor("float32", [data.length], data);
    });
    const closeness = allclose(there!, here!, { absolute: 1e-6 });
    expect(closeness.isClose, closeness.message).toBe(true);
    const missing = vectors(served).subarray(30 * 512, 31 * 512);
    expect(missing.every(Number.isNaN)).toBe(true);
  });

  test("makes vectors once: another run of the same texts finds them", async () => {
    const kept = readdirSync(join(directory, "cache", "vectors"));
    const told: string[] = [];
    await tabularClassification.enrich!(recipe, (await plain()) as never, {
      ...context,
      onVectors: ({ from }) => told.push(from),
    });
    expect(told).toEqual(["cache", "cache"]);
    expect(readdirSync(join(directory, "cache", "vectors"))).toEqual(kept);
  });

  async function plain() {
    return {
      learning: { train: rowsOf(held), validation: rowsOf(train) },
      development: { rows: rowsOf(frame) },
      test: new HeldOut(rowsOf(held), held.rows),
    };
  }
});
