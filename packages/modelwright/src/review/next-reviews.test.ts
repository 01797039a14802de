import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TaskName, taskNames, taskSchemas, truthSchema } from "@modelwright/contracts";
import { openTable } from "@modelwright/data";
import { INFERENCE } from "@modelwright/inference";
import { describeTiny } from "@modelwright/inference/testing";
import type { JsonValue, PredictionRecord } from "@modelwright/registry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeTable } from "../cli/tables/write-table.ts";
import { importFeedback } from "../feedback/import-feedback.ts";
import { NOW, WatchedModel } from "../monitoring/testing/watched-model.ts";
import { STAGES } from "../tasks/tasks.ts";
import { measureLabellers } from "./measure-labellers.ts";
import { nextReviews } from "./next-reviews.ts";
import { reviewTable } from "./review-table.ts";

let watched: WatchedModel;
beforeEach(async () => {
  watched = await WatchedModel.open("text-classification", { reference: null });
});
afterEach(() => watched.close());

/** The model's labels. */
const [A, B] = ["a", "b"];
let count = 0;

/** Records answers to texts: of each text how probable label "a" is. */
async function answer(
  texts: readonly (readonly [text: string, probability: number])[],
  change: Partial<PredictionRecord> = {},
) {
  const records = texts.map(([item, probability], row): PredictionRecord => {
    const probabilities = [
      { label: A!, probability },
      { label: B!, probability: 1 - probability },
    ].sort((x, y) => y.probability - x.probability);
    return {
      id: `0198f3a0-0000-7000-9000-${(count++).toString(16).padStart(12, "0")}.0`,
      model: "watched",
      version: 1,
      arm: "champion",
      at: new Date(NOW.getTime() + count * 1000 + row).toISOString(),
      latencyMs: 1,
      item,
      answer: { ...probabilities[0]!, probabilities },
      ...change,
    };
  });
  await watched.registry.stores.predictions.append(records);
  return records.map(({ id }) => id);
}

const say = (prediction: string, value: JsonValue, by?: string, kind: "truth" | "thumb" = "truth") =>
  watched.registry.stores.feedback.add([{ prediction, kind, value, ...(by !== undefined && { by }) }]);
const next = (options: Parameters<typeof nextReviews>[2] = {}) => nextReviews(watched.registry, "watched", options);
const itemsOf = async (options: Parameters<typeof nextReviews>[2]) =>
  (await next(options)).items.map(({ item }) => item);

test("by uncertainty the least sure come first; what is labelled, failed or kept without its item does not come", async () => {
  await answer([
    ["sure", 0.99],
    ["torn", 0.51],
    ["fairly", 0.7],
  ]);
  const [labelled] = await answer([["labelled", 0.5]]);
  await say(labelled!, "a");
  // The same content again, from another request.
  await answer([["  LABELLED ", 0.5]]);
  await answer([["none", 0.5]], { item: undefined } as unknown as Partial<PredictionRecord>);
  await answer([["failed", 0.5]], {
    answer: undefined,
    error: "SERVER_TIMEOUT",
  } as unknown as Partial<PredictionRecord>);
  const { items, seen } = await next({ order: "uncertainty" });
  expect(items.map(({ item }) => item)).toEqual(["torn", "fairly", "sure"]);
  expect(items[0]).toMatchObject({ predicted: "a", probability: 0.51, why: "unsure: a 51.0 %, b 49.0 %" });
  expect(seen).toEqual({ predictions: 7, failed: 1, withoutItem: 1, unreadable: 0, labelled: 2, contents: 3 });
});

test("of one content the newest answer counts, and an answer that changed is a disagreement", async () => {
  await answer([
    ["changed", 0.9],
    ["same", 0.55],
    ["same", 0.95],
  ]);
  await answer([["changed", 0.2]]);
  expect((await next({ order: "disagreement" })).items).toMatchObject([
    { item: "changed", predicted: "b", why: "another answer was a" },
  ]);
  expect(await itemsOf({ order: "uncertainty" })).toEqual(["changed", "same"]);
});

test("a shadow's other answer brings what the client was told; its agreement changes nothing", async () => {
  const [told, agreed] = await answer([
    ["told", 0.9],
    ["agreed", 0.8],
  ]);
  await answer([["told", 0.3]], { id: `${told}.shadow`, arm: "shadow" });
  await answer([["agreed", 0.6]], { id: `${agreed}.shadow`, arm: "shadow" });
  const { items } = await next({ order: "disagreement" });
  expect(items).toEqual([
    { prediction: told, version: 1, item: "told", predicted: "a", probability: 0.9, why: "another answer was b" },
  ]);
  expect((await next({ order: "random" })).items.map(({ prediction }) => prediction).sort()).toEqual(
    [told, agreed].sort(),
  );
});

test("a thumb down asks for a label until somebody likes the answer", async () => {
  const [id] = await answer([["disliked", 0.99]]);
  await say(id!, "down", "client", "thumb");
  expect((await next({ order: "disagreement" })).items).toMatchObject([{ why: "somebody did not like the answer" }]);
  await watched.registry.stores.feedback.add([
    { prediction: id!, kind: "thumb", value: "up", at: new Date(Date.now() + 60_000).toISOString() },
  ]);
  expect(await itemsOf({ order: "disagreement" })).toEqual([]);
});

test("labels that fit badly are suspected until a second person says the same", async () => {
  const rows = Array.from({ length: 40 }, (_, n) => [`text ${n}`, n % 2 === 0 ? 0.95 : 0.05] as const);
  const ids = await answer(rows);
  const at = (n: number) => new Date(NOW.getTime() + 3_600_000 + n).toISOString();
  const right = (n: number) => (n % 2 === 0 ? "a" : "b");
  const wrong = new Set([6, 7]);
  const truths = ids.map((prediction, n) => ({
    prediction,
    kind: "truth" as const,
    value: wrong.has(n) ? right(n + 1) : right(n),
    by: "ada",
    at: at(n),
  }));
  await watched.registry.stores.feedback.add(truths);
  const { items } = await next({ order: "errors" });
  expect(items.map(({ item }) => item).sort()).toEqual(["text 6", "text 7"]);
  expect(items.find(({ item }) => item === "text 6")).toMatchObject({
    predicted: "a",
    why: "labelled b by ada, which fits with 5.0 %",
  });
  await watched.registry.stores.feedback.add([{ ...truths[6]!, by: "bo", at: at(100) }]);
  expect(await itemsOf({ order: "errors" })).toEqual(["text 7"]);
});

test("mixed brings something of all, no near copies first, and the same for the same seed", async () => {
  const copies = Array.from({ length: 60 }, (_, n) => [`refund my money please, case ${n}`, 0.5] as const);
  const others = ["password lost", "parcel late", "发票在哪里", "card blocked"].map((text) => [text, 0.6] as const);
  const sure = Array.from({ length: 30 }, (_, n) => [`thanks ${n}`, 0.999] as const);
  await answer([...copies, ...others, ...sure]);
  await answer([["changed", 0.9]]);
  await answer([["changed", 0.1]]);
  const [labelled] = await answer([["seen by ada", 0.9]]);
  await say(labelled!, "a", "ada");
  const first = await next({ count: 10, by: "bo", overlap: 0.1 });
  const texts = first.items.map(({ item }) => item as string);
  expect(texts.filter((text) => text.startsWith("refund")).length).toBeLessThanOrEqual(5);
  expect(texts).toEqual(expect.arrayContaining(["changed", "seen by ada", ...others.map(([text]) => text)]));
  expect(new Set(texts).size).toBe(10);
  expect(first.items.map(({ why }) => why)).toEqual(
    expect.arrayContaining(["drawn at random", "a second opinion", "another answer was a"]),
  );
  expect((await next({ count: 10, by: "bo", overlap: 0.1 })).items).toEqual(first.items);
  expect((await next({ count: 10, order: "random", seed: 1 })).items).not.toEqual(
    (await next({ count: 10, order: "random", seed: 2 })).items,
  );
  // Ada is not asked about what she has labelled.
  expect(await itemsOf({ count: 10, by: "ada", overlap: 0.5 })).not.toContain("seen by ada");
});

test.each([".csv", ".jsonl"])("feedback import takes a file of the queue as it is filled in: %s", async (ending) => {
  await answer([
    ['with "quotes", commas\nand lines', 0.6],
    ["退款", 0.55],
    ["left open", 0.9],
  ]);
  const { items } = await next({ order: "uncertainty" });
  const { columns, rows } = reviewTable(items, "ada");
  const folder = await mkdtemp(join(tmpdir(), "review-"));
  try {
    const path = join(folder, `queue${ending}`);
    const file = await writeTable(path, { columns, force: false });
    for (const row of rows) await file.write(row as never);
    await file.close();
    const given: Readonly<Record<string, string>> = { 退款: "b" };
    const written = readFileSync(path, "utf8").split("\n");
    const filled = written.map((line) => {
      const [text, value] = Object.entries(given).find(([each]) => line.includes(each)) ?? [];
      if (text === undefined) return line;
      return ending === ".csv" ? line.replace(",,", `,${value},`) : line.replace("{", `{"truth":"${value}",`);
    });
    await writeFile(path, filled.join("\n"));
    const table = await openTable(path, { baseDir: folder, name: path, wanted: [] });
    const result = await importFeedback(watched.registry.stores.feedback, table, { by: "nobody" });
    expect(result).toMatchObject({ added: 1, known: 0, unmatched: [], silent: 2 });
    expect(await itemsOf({ order: "uncertainty" })).not.toContain("退款");
    const { labellers } = await measureLabellers(watched.registry, "watched");
    expect(labellers).toEqual([{ name: "ada", contents: 1 }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("columns of rows that feedback would take for its own are told apart", () => {
  const row = { id: 7, comment: "late", age: 40, by: null };
  const { columns, rows } = reviewTable([
    { prediction: "p.0", version: 1, item: row, predicted: "yes", why: "unsure" },
  ]);
  expect(columns).toEqual([
    "prediction",
    "truth",
    "predicted",
    "probability",
    "why",
    "item id",
    "item comment",
    "age",
    "item by",
  ]);
  expect(rows).toEqual([["p.0", undefined, "yes", undefined, "unsure", 7, "late", 40, undefined]]);
});

test("agreement counts of each person the last label of a content, and names what they argue about", async () => {
  const ids = await answer(Array.from({ length: 30 }, (_, n) => [`text ${n}`, 0.5] as const));
  const again = await answer([["TEXT 0", 0.5]]);
  const at = (n: number) => new Date(NOW.getTime() + 3_600_000 + n).toISOString();
  const labels = ids.flatMap((prediction, n) =>
    ["ada", "bo", "蔡"].slice(0, n < 20 ? 3 : 2).map((by, k) => ({
      prediction: n === 0 && k === 1 ? again[0]! : prediction,
      kind: "truth" as const,
      value: by === "bo" && n < 4 ? "b" : n % 2 === 0 ? "a" : "b",
      by,
      at: at(n * 10 + k),
    })),
  );
  await watched.registry.stores.feedback.add(labels);
  const found = await measureLabellers(watched.registry, "watched", { disputed: 1 });
  expect(found.labellers).toEqual([
    { name: "ada", contents: 30 },
    { name: "bo", contents: 30 },
    { name: "蔡", contents: 20 },
  ]);
  // Of bo's first four labels the two of even texts differ.
  expect(found.pairs).toMatchObject([
    { labellers: ["ada", "bo"], contents: 30, same: 28 / 30 },
    { labellers: ["ada", "蔡"], contents: 20, same: 1, kappa: { value: 1 } },
    { labellers: ["bo", "蔡"], contents: 20, same: 0.9 },
  ]);
  expect(found.fleiss).toMatchObject({ labellers: 3, contents: 20 });
  expect(found.alpha!.low).toBeLessThan(found.alpha!.value);
  expect(found.labels.map(({ label }) => label).sort()).toEqual(["a", "b"]);
  expect(found.disputed).toHaveLength(1);
  expect(found.disputed[0]!.labels).toHaveLength(3);
  // Bo changes her mind.
  await watched.registry.stores.feedback.add(
    [0, 2].map((n) => ({ prediction: ids[n]!, kind: "truth" as const, value: "a", by: "bo", at: at(9999) })),
  );
  expect((await measureLabellers(watched.registry, "watched")).alpha).toEqual({ value: 1, low: 1, high: 1 });
});

const labelled = taskNames.filter((name) => taskSchemas(name).truth !== undefined);

test("people label exactly what has a truth, and what a model says is in its form", async () => {
  expect(taskNames.filter((name) => STAGES[name].review !== undefined)).toEqual(labelled);
});

test.each(labelled)("what a model of the task %s says is in the form of its truth", async (task: TaskName) => {
  const tiny = await INFERENCE[task].tinyVersion();
  const own = describeTiny(tiny as never, { name: "m", version: 1, runId: "r" });
  const { answer: shown } = taskSchemas(task).example;
  // The example's labels, where it has some.
  const labels = ["labels", "entities", "label"].flatMap((key) => {
    const value = (shown as Readonly<Record<string, unknown>>)[key];
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.map((each: { label?: string }) => each.label ?? (each as string)) : [];
  });
  const manifest = { ...own, ...(labels.length > 0 && { labels }) };
  const review = STAGES[task].review!;
  expect(truthSchema(manifest as never)!.safeParse(review.said(shown as never)).error).toBeUndefined();
  const doubt = review.doubt?.(shown as never, manifest as never);
  expect(doubt === undefined || doubt >= 0).toBe(true);
});
