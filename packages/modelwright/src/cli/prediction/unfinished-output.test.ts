import { appendFile, cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelwrightError } from "@modelwright/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { thisProcess } from "../../pipeline/run-process.ts";
import type { OutputCell } from "../tables/write-table.ts";
import type { PredictionPlan } from "./prediction-plan.ts";
import { UnfinishedOutput } from "./unfinished-output.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-unfinished-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const COLUMNS = ["id", "text", "score"];
const PLAN: PredictionPlan = {
  format: 1,
  input: { file: "in.csv", sha256: "ab" },
  model: { version: "m:1", sha256: "cd" },
  options: { top: 1 },
};
const BATCH = 3;
const BATCHES = 7;

/** Three rows; the fifth batch has an id that is no whole number, so that the type of the column changes late. */
function batch(number: number): OutputCell[][] {
  return Array.from({ length: BATCH }, (_, i) => {
    const id = number === 5 && i === 1 ? "1.5" : String(number * BATCH + i);
    return [{ text: id, kind: "number" }, i === 0 ? undefined : `“${number}”, row\n${i} 中文`, number / 3];
  });
}

const open = (path: string, more: { plan?: PredictionPlan | undefined; restart?: boolean; everyMs?: number } = {}) =>
  UnfinishedOutput.open({ path, columns: COLUMNS, plan: PLAN, restart: false, everyMs: 0, ...more });

async function write(output: UnfinishedOutput, until = BATCHES, from = output.resumed.rows / BATCH): Promise<void> {
  for (let number = Math.max(0, from); number < until; number++)
    await output.append(batch(number), { rows: BATCH, missing: 1, bad: 0 });
}

test.each(["csv", "jsonl", "parquet"])(
  "a run to .%s that is killed anywhere ends with the same bytes",
  async (ending) => {
    const whole = join(folder, `whole.${ending}`);
    const killed = (batches: number) => join(folder, `killed-${batches}.${ending}`);
    const run = await open(whole);
    for (let batches = 0; batches <= BATCHES; batches++) {
      await write(run, batches, batches - 1);
      // What a process leaves that is killed here: what came behind the last checkpoint may be torn.
      const state = `${killed(batches)}.unfinished`;
      await cp(`${whole}.unfinished`, state, { recursive: true });
      await appendFile(join(state, "rows"), "torn “");
      await appendFile(join(state, "journal.jsonl"), '{"rows":99,"mis');
    }
    await run.finish();
    const expected = await readFile(whole);
    for (let batches = 0; batches <= BATCHES; batches++) {
      const next = await open(killed(batches));
      expect(next.resumed).toMatchObject({ rows: batches * BATCH, missing: batches });
      await write(next);
      await next.finish();
      expect((await readFile(killed(batches))).equals(expected), `killed after ${batches} batches`).toBe(true);
    }
    expect((await readdir(folder)).filter((name) => name.includes("unfinished"))).toEqual([]);
  },
);

test("a checkpoint counts only for rows that are on the disk", async () => {
  // As after a loss of power on a disk that does not keep its word.
  for (const [share, left] of [
    [0.99, 2],
    [0.5, 1],
    [0.01, 0],
  ] as const) {
    const path = join(folder, `lost-${left}.csv`);
    const run = await open(path);
    await write(run, 3);
    await run.keep();
    const rows = join(`${path}.unfinished`, "rows");
    const { length } = await readFile(rows);
    await truncate(rows, Math.floor(length * share));
    const next = await open(path);
    expect(next.resumed.rows).toBe(left * BATCH);
    await next.discard();
  }
});

test("an interrupted run keeps what it has, and says how much; without a plan, or a row, nothing is left", async () => {
  const path = join(folder, "kept.csv");
  const run = await open(path, { everyMs: 1e9 });
  await write(run, 2);
  expect(await run.keep()).toEqual({ folder: `${path}.unfinished`, rows: 6 });
  expect((await readdir(`${path}.unfinished`)).sort()).toEqual(["journal.jsonl", "plan.json", "rows"]);
  const next = await open(path);
  expect(next.resumed.rows).toBe(6);
  await next.discard();
  expect(await (await open(path)).keep()).toBeUndefined();
  const piped = await open(path, { plan: undefined });
  await write(piped, 2);
  expect(await piped.keep()).toBeUndefined();
  expect((await readdir(folder)).filter((name) => name.startsWith("kept"))).toEqual([]);
});

test("what another run has left is never taken for this one's, and --restart begins anew", async () => {
  const path = join(folder, "other.csv");
  await (async () => {
    const run = await open(path);
    await write(run, 2);
    await run.keep();
  })();
  const before = join(folder, "before");
  await cp(`${path}.unfinished`, before, { recursive: true });
  const others: [PredictionPlan, string][] = [
    [{ ...PLAN, input: { file: "in.csv", sha256: "ef" } }, "what in.csv held"],
    [{ ...PLAN, input: { file: "new.csv", sha256: "ef" } }, "the file in.csv"],
    [{ ...PLAN, model: { version: "m:2", sha256: "ef" } }, "the version m:1"],
    [{ ...PLAN, options: { top: 2, badRows: "keep" } }, "top 1, badRows null"],
  ];
  for (const [plan, differs] of others) {
    const error = await open(path, { plan }).catch((caught: ModelwrightError) => caught);
    expect(error).toMatchObject({ code: "CLI_OUTPUT_UNFINISHED" });
    expect((error as ModelwrightError).problem).toContain(`by ${differs}`);
  }
  for (const name of await readdir(before))
    expect(await readFile(join(`${path}.unfinished`, name))).toEqual(await readFile(join(before, name)));
  const [[plan]] = others as [[PredictionPlan, string]];
  const anew = await open(path, { plan, restart: true });
  expect(anew.resumed.rows).toBe(0);
  await anew.discard();
});

test("two processes do not write the same file", async () => {
  const path = join(folder, "busy.csv");
  const run = await open(path);
  await write(run, 2);
  await run.keep();
  const owner = join(`${path}.unfinished`, "owner.json");
  const writtenBy = (who: object) => writeFile(owner, JSON.stringify({ ...thisProcess(), ...who }));
  await writtenBy({ pid: process.ppid, began: undefined });
  await expect(open(path)).rejects.toMatchObject({ code: "CLI_OUTPUT_BUSY", details: { pid: process.ppid } });
  // Its number was given to another process since, or it ran on another machine: nobody writes.
  for (const gone of [
    { pid: process.ppid, began: "1" },
    { pid: process.ppid, host: "elsewhere" },
  ]) {
    await writtenBy(gone);
    const next = await open(path);
    expect(next.resumed.rows).toBe(2 * BATCH);
    await next.keep();
  }
});
