import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DataSettings, prepareData } from "../prepare-data.ts";
import { planFolds } from "../splits/fold-plan.ts";
import { LABEL_SET } from "./label-set.ts";
import { TARGET } from "./target.ts";
import { PAIR, SCORED_PAIR, TRIPLET } from "./text-pairs.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-annotations-"));
});
afterAll(() => rm(folder, { recursive: true }));

const settings: DataSettings = {
  source: "data.csv",
  columns: {},
  clean: { duplicates: "near", missing: "drop" },
  split: { test: 0.2, validation: 0.1, stratify: true, seed: 7 },
};

/** Texts that share no shingles worth naming. */
function sentence(i: number): string {
  const word = (n: number) => (Math.imul(i * 8 + n + 1, 0x9e3779b1) >>> 0).toString(36);
  return [1, 2, 3, 4, 5].map(word).join(" ");
}

async function save(header: string, rows: readonly string[]): Promise<void> {
  await writeFile(join(folder, "data.csv"), `${header}\n${rows.join("\n")}\n`);
}

const SMALL_TEST = expect.stringMatching(/^only \d+ rows? to test on/);

describe("targets", () => {
  const prepare = async (rows: readonly string[], changes: Partial<DataSettings> = {}) => {
    await save("text,target", rows);
    return prepareData({ ...settings, ...changes }, { annotation: TARGET, baseDir: folder });
  };

  test("every split has its share of small and great ones", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${sentence(i)},${(i * i) / 100}`);
    const { train, validation, test: held, least, greatest, report, digest } = await prepare(rows);
    expect([train.length, validation.length, held.length]).toEqual([140, 20, 40]);
    expect([least, greatest]).toEqual([0, 396.01]);
    const median = (100 * 100) / 100;
    expect(held.filter(({ target }) => target < median)).toHaveLength(20);
    expect(validation.filter(({ target }) => target < median)).toHaveLength(10);
    expect(report.steps.at(-1)?.detail).toContain("stratified by quantiles of the target");
    expect((await prepare(rows)).digest).toBe(digest);
    expect((await prepare(rows.with(3, `${sentence(3)},5`))).digest).not.toBe(digest);
  });

  test("rows without one are dropped, conflicting ones and outliers are warned of", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${sentence(i)},${i % 7}`);
    const { report } = await prepare([...rows, `${sentence(50)},`, `${sentence(0)},3`, `${sentence(51)},1000`]);
    expect(report.steps.find(({ name }) => name === "missing values")?.detail).toBe(
      "dropped 1 row without a text or a target: data.csv:42",
    );
    expect(report.warnings).toEqual([
      "1 row with the text of an earlier row but another target; the first counts: data.csv:43 says 3, data.csv:2 says 0",
      "1 row with a target more than 3 interquartile ranges beyond the middle half: 1000 (data.csv:44)",
      SMALL_TEST,
    ]);
  });

  test("a limit is drawn from all quantiles", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${sentence(i)},${i}`);
    const { train, validation, test: held } = await prepare(rows, { limit: 50 });
    const targets = [...train, ...validation, ...held].map(({ target }) => target);
    expect(targets).toHaveLength(50);
    expect(targets.filter((target) => target < 100)).toHaveLength(25);
  });

  test.each([
    ["a constant", ["a,1", "b,1", "c,1", "d,1", "e,1", "f,1"], "DATA_TARGET_CONSTANT", "all 6 rows have the target 1"],
    ["too few", ["a,1", "b,2"], "DATA_TOO_FEW_ROWS", "2 rows are too few to split; at least 6 rows are needed after"],
    ["words", ["a,1", "b,two"], "DATA_VALUE_TYPE", 'data.csv:3: "target" must be a number'],
    ["nothing", ["a,", "b,"], "DATA_EMPTY", "no row has both a text and a target"],
  ])("%s is answered clearly", async (_, rows, code, message) => {
    await expect(prepare(rows)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe("sets of labels", () => {
  const NAMES = ["food", "sport", "travel"];
  const prepare = async (rows: readonly string[], changes: Partial<DataSettings> = {}) => {
    await save("text,labels", rows);
    return prepareData({ ...settings, ...changes }, { annotation: LABEL_SET, baseDir: folder });
  };
  const some = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const labels = NAMES.filter((__, label) => (i >> label) % 2 === 1);
      return `${sentence(i)},${labels.length === 0 ? "[]" : labels.join("|")}`;
    });

  test("every split has its share of each label and of rows without any", async () => {
    const { labels, train, validation, test: held, report } = await prepare(some(160));
    expect(labels).toEqual(NAMES);
    expect([train.length, validation.length, held.length]).toEqual([112, 16, 32]);
    for (const label of NAMES) {
      expect(Math.abs(held.filter((row) => row.labels.includes(label)).length - 16)).toBeLessThanOrEqual(1);
    }
    expect(report.warnings).toEqual([]);
  });

  test("rows that say the same must have the same labels, in whatever order", async () => {
    const { report } = await prepare([...some(40), `${sentence(3)},sport|food`, `${sentence(5)},sport`]);
    expect(report.steps.find(({ name }) => name === "exact duplicates")?.detail).toBe("dropped 2 copies");
    expect(report.warnings).toEqual([
      '1 row with the text of an earlier row but another set of labels; the first counts: data.csv:43 says "sport", data.csv:7 says "food", "travel"',
      SMALL_TEST,
    ]);
  });

  test("warns of a label that every row has, and of labels that look like one", async () => {
    const rows = some(40).map((row, i) => `${row.replace("[]", "food")}|all|${i % 2 === 0 ? "Spam" : "spam"}`);
    const { report } = await prepare(rows);
    expect(report.warnings).toEqual([
      'labels that look like one: "Spam", "spam"',
      'every row has the label "all": nothing to learn of it',
      SMALL_TEST,
    ]);
  });

  test.each<[string, string[], string, string, number?]>([
    ["no labels at all", ["a,[]", "b,[]", "c,[]"], "DATA_EMPTY", "no row has a label"],
    ["one label everywhere", ["a,x", "b,x", "c,x"], "DATA_SINGLE_LABEL", 'all 3 rows have the label "x"'],
    ["a small label", [...some(20), "alone,rare"], "DATA_LABEL_TOO_SMALL", '"rare" (1, data.csv:22)', 2],
  ])("%s is answered clearly", async (_, rows, code, message, minRowsPerLabel = 1) => {
    const clean = { ...settings.clean, minRowsPerLabel };
    await expect(prepare(rows, { clean })).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("a published test file has no label that no training row has", async () => {
    await writeFile(join(folder, "test.csv"), "text,labels\nnew one,food\nother one,food|music\n");
    await expect(prepare(some(40), { test: "test.csv" })).rejects.toMatchObject({
      code: "DATA_LABEL_UNSEEN",
      message: expect.stringContaining('label "music" (test.csv:3)'),
    });
  });
});

test("folds divide the rows that are not for the test, near copies together", async () => {
  const long = Array.from({ length: 8 }, (_, i) => sentence(900 + i)).join(" ");
  const variants = Array.from({ length: 6 }, (_, i) => `${long.slice(0, i * 25)}#${long.slice(i * 25 + 4)},50`);
  await save("text,target", [...Array.from({ length: 100 }, (_, i) => `${sentence(i)},${i}`), ...variants]);
  const prepared = await prepareData(settings, { annotation: TARGET, baseDir: folder });
  const { rows, division, settings: divided } = prepared.development;
  const idsOf = (numbers: Iterable<number>) => Array.from(numbers, (row) => rows[row]!.id).toSorted();
  const folds = planFolds(division, { folds: 4, repeats: 1, seed: 1, settings: divided });
  const development = [...prepared.train, ...prepared.validation].map(({ id }) => id).toSorted();
  expect(idsOf(folds.flatMap(({ held }) => [...held]))).toEqual(development);
  for (const { train, validation, held } of folds) {
    expect(idsOf([...train, ...validation, ...held])).toEqual(development);
    expect(validation.length).toBeGreaterThan(0);
    const copies = Array.from(held).filter((row) => rows[row]!.text.includes("#")).length;
    expect([0, rows.filter(({ text }) => text.includes("#")).length]).toContain(copies);
  }
});

describe("texts that belong together", () => {
  const quiet = { clean: { duplicates: "exact", missing: "drop" } } as const;
  const prepare = (changes: Partial<DataSettings> = {}) =>
    prepareData({ ...settings, ...quiet, ...changes }, { annotation: PAIR, baseDir: folder });

  test("are copies as a pair only, and the rows of one question stay in one split", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${sentence(i >> 1)},${sentence(100 + i)}`);
    await save("text,positive", [...rows, rows[3]!, `${sentence(60)},`]);
    const { train, validation, test: held, report, digest } = await prepare();
    expect(train.length + validation.length + held.length).toBe(40);
    const splits = [train, validation, held].map((split) => new Set(split.map(({ text }) => text)));
    for (const [i, one] of splits.entries()) {
      for (const other of splits.slice(i + 1)) expect([...one].filter((text) => other.has(text))).toEqual([]);
    }
    expect(report.warnings.filter((warning) => warning.includes("another"))).toEqual([]);
    expect(report.steps.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      "read: 42 rows of data.csv",
      "missing values: dropped 1 row without a text or a text that belongs to it: data.csv:43",
      "exact duplicates: dropped 1 copy",
      "split: train 28, validation 4, test 8 (groups kept together, seed 7)",
    ]);
    await save("text,positive", rows.with(5, `${sentence(2)},${sentence(200)}`));
    expect((await prepare()).digest).not.toBe(digest);
  });

  test("near copies are those of both texts", async () => {
    const long = (i: number) => `${sentence(i)} ${sentence(i + 1000)} ${sentence(i + 2000)} ${sentence(i + 3000)}`;
    const rows = Array.from({ length: 30 }, (_, i) => `${long(i)},${long(100 + i)}`);
    await save("text,positive", [...rows, `${long(0)} too,${long(100)}`, `${long(1)} too,${long(300)}`]);
    const { train, validation, test: held } = await prepare({ clean: { duplicates: "near", missing: "drop" } });
    const left = [...train, ...validation, ...held].map(({ text }) => text);
    expect(left).not.toContain(`${long(0)} too`);
    expect(left).toContain(`${long(1)} too`);
  });

  test("different questions with one long answer are all kept", async () => {
    const answer = (i: number) => Array.from({ length: 25 }, (_, at) => sentence(1000 * i + at)).join(" ");
    const rows = Array.from({ length: 60 }, (_, i) => `${sentence(i)},${answer(Math.floor(i / 6))}`);
    await save("text,positive", rows);
    const { train, validation, test: held } = await prepare({ clean: { duplicates: "near", missing: "drop" } });
    expect(train.length + validation.length + held.length).toBe(60);
  });

  test("are not copies where one text only ends elsewhere", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${sentence(i)},${sentence(100 + i)}`);
    await save("text,positive", [...rows, "new york,city hotels", "new,york city hotels"]);
    const { report } = await prepare();
    expect(report.steps.map(({ detail }) => detail)).toContain("dropped 0 copies");
  });

  test("may have one beside them that does not belong, which no row lacks", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${sentence(i)},${sentence(50 + i)},${sentence(90 + i)}`);
    await save("text,positive,negative", [...rows, `${sentence(40)},${sentence(41)},`]);
    const { train, report } = await prepareData({ ...settings, ...quiet }, { annotation: TRIPLET, baseDir: folder });
    for (const { text, positive, negative } of train) expect(rows).toContain(`${text},${positive},${negative}`);
    expect(report.steps[1]?.detail).toContain("dropped 1 row without a text");
  });

  test("may have a similarity, of which each split has its share", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${sentence(i)},${sentence(500 + i)},${i / 40}`);
    await save("text,second,similarity", [...rows, `${sentence(0)},${sentence(500)},4`]);
    const prepared = await prepareData({ ...settings, ...quiet }, { annotation: SCORED_PAIR, baseDir: folder });
    expect(prepared.test.filter(({ similarity }) => similarity < 2.5)).toHaveLength(20);
    expect(prepared).toMatchObject({ least: 0, greatest: 199 / 40 });
    expect(prepared.report.steps.at(-1)?.detail).toContain("stratified by quantiles of the similarity");
    expect(prepared.report.warnings).toEqual([
      "1 row with the text of an earlier row but another similarity; the first counts: data.csv:202 says 4, data.csv:2 says 0",
    ]);
  });

  test("need two rows for each split", async () => {
    await save(
      "text,positive",
      [1, 2, 3].map((i) => `${sentence(i)},${sentence(i + 9)}`),
    );
    await expect(prepare()).rejects.toMatchObject({ code: "DATA_TOO_FEW_ROWS", details: { needed: 6 } });
  });
});
