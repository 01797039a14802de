import { taskSchemas } from "@modelwright/contracts";
import { defaultRuntime } from "@modelwright/engine";
import { intervals } from "@modelwright/evaluation";
import { describe, expect, test } from "vitest";
import { contentOf } from "../version-files.ts";
import { BOOTSTRAP, SLIPS } from "./slips.ts";
import type { TinyRun } from "./tiny-run.ts";

const FOLDS = 3;

/** What is asked of the stages from data to a version. */
export function describeLearning(run: TinyRun): void {
  const { task, tiny, recipe } = run;

  describe("prepares data", () => {
    test("in splits that share no row and add up to all of them", () => {
      const { data } = run;
      const splits = [data.learning.train, data.learning.validation, run.test];
      const ids = splits.map((split) => run.idsOf(split));
      expect(ids.map(({ length }) => length)).toEqual(splits.map((split) => task.size(split)));
      for (const { length } of ids) expect(length).toBeGreaterThan(0);
      expect(data.test.size).toBe(task.size(run.test));
      const all = ids.flat();
      expect(new Set(all).size).toBe(all.length);
      expect(all.length).toBe(tiny.rows);
    });

    test("under a digest of its rows, wherever they lie and the run is computed", async () => {
      const { data } = run;
      expect(data.digest).toMatch(/^[0-9a-f]{64}$/);
      const elsewhere = await run.folderOf(tiny.files);
      const again = await run.prepare(elsewhere, { threads: 3, executionProvider: "auto", cpuFallback: "refuse" });
      expect(again.digest).toBe(data.digest);
      expect(run.idsOf(again.learning.train)).toEqual(run.idsOf(data.learning.train));
      const other = await run.prepare(await run.folderOf(tiny.changed));
      expect(other.digest).not.toBe(data.digest);
    });

    test("and tells which rows each source had", () => {
      const read = {
        name: expect.any(String),
        version: expect.stringMatching(/^[0-9a-f]{64}$/),
        rows: expect.any(Number),
      };
      expect(run.versions).not.toEqual([]);
      expect(run.versions).toEqual(run.versions.map(() => read));
      expect(Math.max(...run.versions.map(({ rows }) => rows))).toBeGreaterThanOrEqual(tiny.rows);
    });

    test("with a test split that is opened once", async () => {
      const again = await run.prepare(run.source);
      expect(run.idsOf(again.test.open())).toEqual(run.idsOf(run.test));
      expect(() => again.test.open()).toThrow("the test rows of a run are looked at once");
      expect(again.test.size).toBe(task.size(run.test));
    });

    test("and reports each step", () => {
      expect(run.data.report.steps[0]).toMatchObject({ rows: tiny.read ?? tiny.rows });
      expect(JSON.stringify(run.data.report)).not.toMatch(SLIPS);
    });
  });

  test("takes rows of a split as a split, in their order", () => {
    const { train } = run.data.learning;
    const ids = run.idsOf(train);
    expect(run.idsOf(task.subset(train, Int32Array.of(2, 0)))).toEqual([ids[2], ids[0]]);
    expect(task.size(task.subset(train, new Int32Array()))).toBe(0);
    expect(run.idsOf(train)).toEqual(ids);
  });

  describe("fits", () => {
    test("the same model to the same rows, however often data that was prepared once is learnt from", async () => {
      const told: string[] = [];
      const again = await run.fit(run.data.learning, {
        onModel: ({ parameters, trained }) => told.push(parameters >= trained && trained > 0 ? "model" : "no model"),
        onTraining: ({ type }) => told.push(type),
      });
      expect(told[0]).toBe("model");
      const { steps } = task.learning(run.fitted);
      if (steps.length > 0) expect(told).toEqual(expect.arrayContaining(["step", "evaluation"]));
      const { files } = task.version(again, recipe);
      expect(Object.keys(files)).toEqual(Object.keys(run.parts.files));
      for (const [path, content] of Object.entries(files)) {
        expect([
          path,
          Buffer.compare(Buffer.from(contentOf(content)), Buffer.from(contentOf(run.parts.files[path]!))),
        ]).toEqual([path, 0]);
      }
    });

    test("nothing when it is stopped before its end", async () => {
      expect(await run.fit(run.data.learning, { shouldStop: () => true })).toBeUndefined();
    });

    test("models to folds of rows, each evaluated on the rows that it has not seen", async () => {
      const { train, validation } = run.data.learning;
      const rows = Array.from({ length: task.size(train) }, (_, row) => row);
      const seen: string[] = [];
      for (let fold = 0; fold < FOLDS; fold++) {
        const [inside, outside] = [true, false].map((isTrained) =>
          task.subset(train, Int32Array.from(rows.filter((row) => (row % FOLDS !== fold) === isTrained))),
        );
        const { model } = await run.load(task.version(await run.fit({ train: inside, validation }), recipe));
        const outcome = await task.outcome(model, outside, { seed: 7 }).finally(() => model.release());
        const { value } = intervals(task.family, outcome, BOOTSTRAP)[task.family.deciding]!;
        expect(value).toSatisfy(Number.isFinite);
        expect(run.idsOf(inside).filter((id) => run.idsOf(outside).includes(id))).toEqual([]);
        seen.push(...run.idsOf(outside));
      }
      expect(seen.toSorted()).toEqual(run.idsOf(train).toSorted());
    });

    test("with curves of finite numbers", () => {
      const { steps, evaluations } = task.learning(run.fitted);
      expect(evaluations.length > 0).toBe(tiny.solves !== true);
      expect(JSON.stringify([steps, evaluations])).not.toMatch(SLIPS);
    });
  });

  describe("makes a version", () => {
    test("of the files that others look for, and what its task's schema asks of a manifest", () => {
      const { files, manifest } = run.parts;
      const reads = manifest.signature.input.startsWith("text") ? ["tokenizer.json"] : [];
      expect(Object.keys(files)).toEqual(expect.arrayContaining([graphOf(files), ...reads, "config.json"]));
      expect(taskSchemas(run.name).manifest.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
    });

    test("that inference loads, with the tensors of its graph", async () => {
      expect(run.model.manifest).toEqual(run.manifest);
      const runtime = await defaultRuntime();
      const session = await runtime.createSession(contentOf(run.parts.files[graphOf(run.parts.files)]!) as Uint8Array, {
        threads: 1,
      });
      const { inputs, outputs } = run.manifest.signature.tensors;
      const named = (tensors: readonly { readonly name: string; readonly dtype: string }[]) =>
        tensors.map(({ name, dtype }) => `${name}: ${dtype}`);
      expect(named(inputs)).toEqual(named(session.inputs));
      expect(named(outputs)).toEqual(named(session.outputs));
      session.release();
    });

    test("that can be compared with itself, and not with one that answers another question", () => {
      expect(task.incomparable(run.parts, run.manifest)).toBeUndefined();
      const stranger = tiny.stranger?.(run.manifest as never);
      if (stranger !== undefined) expect(task.incomparable(run.parts, stranger as never)).toMatch(/ of$/);
    });
  });
}

/** The graph that reads items: of several the first. */
function graphOf(files: Readonly<Record<string, unknown>>): string {
  return Object.keys(files).find((path) => /^onnx\/\w+\.onnx$/.test(path))!;
}
