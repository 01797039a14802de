import { type AnswerOf, type ItemOf, parseDriftReference, type TaskName, truthSchema } from "@modelwright/contracts";
import { compareWindow, driftWindow } from "@modelwright/data";
import { measureOutcome } from "@modelwright/evaluation";
import { inferenceRow } from "@modelwright/inference";
import { describe, expect, test } from "vitest";
import { makeReference } from "../../monitoring/make-reference.ts";
import type { TinyRun } from "./tiny-run.ts";

/** What is asked of the stages that watch the traffic of a version. */
export function describeMonitoring(run: TinyRun): void {
  const { task } = run;
  const { monitoring } = task;

  describe("is watched", () => {
    if ("unwatched" in monitoring) {
      test("by failures and latency alone, and says why", () => {
        expect(monitoring.unwatched).toMatch(/^\w.+[^.]$/);
      });
      return;
    }

    const items = () => monitoring.items(run.test) as readonly ItemOf<TaskName>[];
    const answersOf = (asked: readonly ItemOf<TaskName>[]) =>
      run.model.predict(asked as never, { options: (inferenceRow(run.name).recorded ?? {}) as never }) as Promise<
        AnswerOf<TaskName>[]
      >;

    test("by a reference of its test rows, which the same rows as traffic do not differ from", async () => {
      const { model, folder } = run;
      const options = { model: model as never, directory: folder, split: run.test, origin: "test rows", seed: 7 };
      const reference = (await makeReference(task, options))!;
      expect(parseDriftReference(JSON.parse(JSON.stringify(reference)))).toMatchObject({ success: true });
      expect(reference.rows).toBe(items().length);
      const outputs = monitoring.outputs?.(await answersOf(items()), run.manifest) ?? {};
      const inputs = monitoring.inputs(items(), { manifest: run.manifest });
      const observed = { ...inputs, ...outputs };
      for (const [name, { values }] of Object.entries(observed)) expect(values, name).toHaveLength(items().length);
      expect(Object.keys(reference.columns)).toEqual(expect.arrayContaining(Object.keys(observed)));
      const { columns } = compareWindow(reference, driftWindow(reference, observed));
      expect(columns.filter(({ verdict }) => verdict !== "steady")).toEqual([]);
      for (const [name, { part }] of Object.entries(reference.columns))
        expect(part === "input", name).toBe(!name.startsWith("answer"));
    });

    test("one item at a time as well as many at once", () => {
      const [first] = items();
      const columns = monitoring.inputs([first!], { manifest: run.manifest });
      const ofAll = monitoring.inputs(items(), { manifest: run.manifest });
      expect(Object.keys(columns)).toEqual(Object.keys(ofAll));
      for (const [name, { values }] of Object.entries(columns)) expect(ofAll[name]!.values[0]).toEqual(values[0]);
    });

    test("with what came out held to its answers as the test rows are", async () => {
      const { family } = task;
      const schema = truthSchema(run.manifest);
      if (task.served === undefined) return;
      const right = family.answers(run.outcome).map(({ actual }) => TRUTHS.get(actual) ?? actual);
      const known = right.flatMap((truth, row) => (truth === UNKNOWN ? [] : [row]));
      const truths = known.map((row) => right[row]);
      for (const truth of truths) expect(schema?.safeParse(truth)).toMatchObject({ success: true, data: truth });
      const asked = known.map((row) => items()[row]!);
      const answers = await answersOf(asked);
      const outcome = task.served(
        answers.map((answer, row) => ({ item: asked[row]!, answer })),
        truths,
        run.manifest,
      );
      const subset = await task.outcome(run.model as never, task.subset(run.test, Int32Array.from(known)), { seed: 7 });
      const [served, tested] = [measureOutcome(family, outcome), measureOutcome(family, subset)];
      expect(Object.keys(served)).toEqual(Object.keys(tested));
      for (const [metric, value] of Object.entries(tested)) expect(served[metric], metric).toBeCloseTo(value, 4);
    });
  });
}

const UNKNOWN = Symbol("unknown");

/** What of an answer in plain data is another truth than it says. */
const TRUTHS: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  ["anomaly", true],
  ["ordinary", false],
  ["unknown", UNKNOWN],
]);
