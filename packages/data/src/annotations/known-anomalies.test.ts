import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvaluationTable } from "../table-rows/evaluation-table.ts";
import { prepareTable } from "../table-rows/prepare-table.ts";
import { anomalyStatus, knownAnomalies } from "./known-anomalies.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-anomalies-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Marks {
  readonly column?: string;
  readonly anomalous?: readonly string[];
}

/** 60 rows with a number, marked by what stands at their place. */
async function prepare(marks: (row: number) => string, { column = "fault", anomalous }: Marks = {}) {
  const lines = Array.from({ length: 60 }, (_, row) => `${row},${(row * 7) % 31},${marks(row)}`);
  await writeFile(join(folder, "data.csv"), `id,load,fault\n${lines.join("\n")}\n`);
  const label = column === "" ? undefined : column;
  return prepareTable(
    {
      source: "data.csv",
      columns: { id: "id", label },
      kinds: {},
      ignore: label === undefined ? ["fault"] : [],
      clean: { duplicates: "keep", missing: "drop" },
      split: { test: 0.2, validation: 0.1, stratify: true, seed: 7 },
    },
    { annotation: knownAnomalies({ column: label, anomalous }), baseDir: folder },
  );
}

describe("marks of known anomalies", () => {
  test.each([
    ["yes", "no"],
    ["1", "0"],
    ["True", "False"],
    ["Anomaly", "normal"],
    ["是", "否"],
    ["异常", "正常"],
  ])("%s beside %s", async (odd, usual) => {
    const { train, validation, test: held, anomalous, empty, report } = await prepare((row) => (row % 6 ? usual : odd));
    expect([anomalous, empty]).toEqual([[odd], "unknown"]);
    // A tenth and two tenths of ten anomalies.
    const counts = [train, validation, held].map(
      ({ rows }) => anomalyStatus(rows, { anomalous, empty }).filter((status) => status === "anomaly").length,
    );
    expect(counts).toEqual([7, 1, 2]);
    expect(report.steps.find(({ name }) => name === "known anomalies")?.detail).toBe(
      `10 rows: "${odd}" 10; 50 rows ordinary`,
    );
  });

  test("of rows without one nothing is known, unless only anomalies are marked", async () => {
    const { train, anomalous, empty, report } = await prepare((row) => ["yes", "no", ""][row % 3]!);
    const statuses = new Set(anomalyStatus(train.rows, { anomalous, empty }));
    expect(statuses).toEqual(new Set(["anomaly", "ordinary", "unknown"]));
    expect(report.steps.map(({ detail }) => detail).join()).toContain("of 20 rows nothing is known");
    const marked = await prepare((row) => (row % 6 ? "" : "fraud"));
    expect([marked.anomalous, marked.empty]).toEqual([["fraud"], "ordinary"]);
    expect(marked.train.rows.length + marked.validation.rows.length + marked.test.rows.length).toBe(60);
  });

  test("that are told are taken, whatever they say", async () => {
    const { anomalous } = await prepare((row) => ["worn", "new", "broken"][row % 3]!, {
      anomalous: ["worn", "broken"],
    });
    expect(anomalous).toEqual(["worn", "broken"]);
  });

  test("need no column", async () => {
    const { train, anomalous, report } = await prepare(() => "no", { column: "" });
    expect(anomalous).toBeUndefined();
    expect(new Set(anomalyStatus(train.rows, { empty: "unknown" }))).toEqual(new Set(["unknown"]));
    expect(report.warnings.join()).not.toContain("no known anomaly");
  });

  test("a split without one is warned of, and more of them than ordinary rows", async () => {
    const few = await prepare((row) => (row === 0 ? "yes" : "no"));
    expect(few.report.warnings.join("\n")).toContain("split has no known anomaly");
    const many = await prepare((row) => (row % 6 ? "yes" : "no"));
    expect(many.report.warnings.join("\n")).toContain("more rows are known as anomalies (50) than as ordinary (10)");
  });

  test.each([
    ["words that are not known", () => "worn", undefined, "DATA_ANOMALIES_UNCLEAR"],
    ["a common word beside others", (row: number) => (row % 2 ? "yes" : "maybe"), undefined, "DATA_ANOMALIES_UNCLEAR"],
    [
      "1 beside -1, which libraries use for either",
      (row: number) => (row % 2 ? "1" : "-1"),
      undefined,
      "DATA_ANOMALIES_UNCLEAR",
    ],
    ["a value that no row has", (row: number) => (row % 2 ? "yes" : "no"), ["Yes"], "DATA_ANOMALOUS_ABSENT"],
    ["all rows", () => "yes", undefined, "DATA_ALL_ANOMALOUS"],
    ["no row", () => "", undefined, "DATA_EMPTY"],
  ])("refuses %s", async (_, marks, anomalous, code) => {
    await expect(prepare(marks, anomalous && { anomalous })).rejects.toMatchObject({ code });
  });

  test("a column that is not there is named", async () => {
    await expect(prepare(() => "no", { column: "state" })).rejects.toMatchObject({ code: "DATA_COLUMN_MISSING" });
  });
});

test("rows to evaluate on may come without marks", async () => {
  await writeFile(join(folder, "new.csv"), "load\n1\n2\n");
  const read = await readEvaluationTable(join(folder, "new.csv"), {
    annotation: knownAnomalies({}),
    read: [{ name: "load", kind: "number" }],
    columns: {},
    trained: { label: "fault" },
  });
  expect(read.split.rows.map(({ label }) => label)).toEqual(["", ""]);
  expect(read.skipped).toEqual([]);
});
