import { ModelwrightError } from "@modelwright/contracts";
import { expect, test } from "vitest";
import type { ShownAnswer } from "../../tasks/task.ts";
import { type AnsweredRow, type AnswerRowsOptions, answerRows } from "./answer-rows.ts";
import { givenTable } from "./given-table.ts";
import type { Item, PredictionSource } from "./prediction-arguments.ts";
import { placedError, rowProblem } from "./row-error.ts";

/** Ten rows: two hold nothing, 3 and 7 hold what cannot be read. */
const TEXTS = ["a", "", "b", "bad", "c", "", "d", "bad too", "e", "f"];

function source(texts: readonly string[] = TEXTS): PredictionSource {
  return {
    table: givenTable(
      ["text"],
      texts.map((text) => [text]),
    ),
    itemOf: ({ cells }) => cells[0] || undefined,
    shown: (item) => ({ text: item }),
    lacks: "text",
  };
}

const asked: string[][] = [];
/** Refuses all items where one is bad, as models do, and counts from the items that it was given. */
const ask: AnswerRowsOptions["ask"] = async (items: readonly Item[]) => {
  asked.push(items as string[]);
  const bad = items.findIndex((item) => String(item).startsWith("bad"));
  if (bad >= 0) {
    const details = { row: bad + 1, column: "text", expected: "good", got: String(items[bad]) };
    throw new ModelwrightError("FEATURES_VALUE_INVALID", details);
  }
  return items.map((item) => [{ cells: [`${item}!`] } as unknown as ShownAnswer]);
};

async function answers(given: Partial<AnswerRowsOptions> = {}): Promise<(readonly AnsweredRow[])[]> {
  const batches: (readonly AnsweredRow[])[] = [];
  const options: AnswerRowsOptions = {
    source: source(),
    rowsAtOnce: 4,
    skip: 0,
    ask,
    look: () => {},
    badRows: "keep",
    placed: (error, row, number) => placedError(error, row, { name: "in.csv", by: "line", canKeep: true, number }),
    ...given,
  };
  for await (const batch of answerRows(options)) batches.push(batch);
  return batches;
}

const told = (rows: readonly AnsweredRow[]) =>
  rows.map(({ answers: [answer], error }) => answer?.cells[0] ?? (error && rowProblem(error)) ?? "nothing");

test("rows keep their places and number, and each bad one has its own error", async () => {
  const batches = await answers();
  expect(batches.map(told)).toEqual([
    ["a!", "nothing", "b!", '"text" must be good, got bad'],
    ["c!", "nothing", "d!", '"text" must be good, got bad too'],
    ["e!", "f!"],
  ]);
});

test("what an earlier run has done is read and looked at, and not asked again", async () => {
  asked.length = 0;
  const seen: Item[] = [];
  const batches = await answers({ skip: 8, look: (items) => seen.push(...items) });
  expect(batches.map(told)).toEqual([["e!", "f!"]]);
  expect(asked).toEqual([["e", "f"]]);
  expect(seen).toEqual(TEXTS.filter((text) => text !== ""));
  expect(await answers({ skip: 10 })).toEqual([]);
});

test("a run that stops at a bad row names its file and line, and what can be done", async () => {
  await expect(answers({ badRows: "stop" })).rejects.toMatchObject({
    code: "CLI_ROW_UNFIT",
    problem: 'in.csv:4: "text" must be good, got bad',
    remedy: expect.stringMatching(/^Correct the value.*--bad-rows keep\.$/),
  });
});

test("what is wrong with the whole run stops it, whatever becomes of bad rows", async () => {
  const missing = new ModelwrightError("FEATURES_COLUMN_MISSING", { column: "age", available: ["text"] });
  for (const failure of [missing, new Error("out of memory")])
    await expect(answers({ ask: () => Promise.reject(failure) })).rejects.toBe(failure);
});

test("of rows that were given one by one the error has the number, and what was found in the file stays as it is", () => {
  const row = { cells: [], line: 9 };
  const about = { name: "the command line", by: "number", canKeep: false, number: 5 } as const;
  const details = { row: 1, column: "age", expected: "a number", got: '"x"' };
  const error = new ModelwrightError("FEATURES_VALUE_INVALID", details);
  expect(placedError(error, row, about).problem).toBe('row 5: "age" must be a number, got "x"');
  const read = new ModelwrightError("DATA_VALUE_TYPE", { ...details, file: "a.csv", line: 9 });
  expect(placedError(read, row, { ...about, by: "line" })).toBe(read);
  const series = new ModelwrightError("SERIES_TOO_SHORT", { series: "oslo", values: 1, needed: 2, why: "of lags" });
  expect(placedError(series, row, { ...about, name: "in.csv", by: "name" }).problem).toMatch(/^in\.csv: .*oslo/);
});
