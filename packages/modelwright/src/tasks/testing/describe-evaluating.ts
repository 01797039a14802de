import { join } from "node:path";
import { ModelwrightError, parseRecipe, recipeJsonSchema, taskSchemas } from "@modelwright/contracts";
import { compareOutcomes, intervals } from "@modelwright/evaluation";
import { describe, expect, test } from "vitest";
import { BOOTSTRAP } from "./slips.ts";
import type { TinyRun } from "./tiny-run.ts";

/** What is asked of the stages that measure a version. */
export function describeEvaluating(run: TinyRun): void {
  const { task, tiny, name, recipe } = run;

  describe("evaluates", () => {
    test("to the same outcome each time, and says how far it is", async () => {
      const { model, outcome } = run;
      const shares: number[] = [];
      const onProgress = (done: number, total: number) => shares.push(done / total);
      const again = await task.outcome(model, run.test, { seed: 7, onProgress });
      expect(again).toEqual(outcome);
      expect(task.family.mismatch(outcome, again)).toBeUndefined();
      expect(shares.at(-1)).toBe(1);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    });

    test("rows in parts that cross to another thread, whose outcomes are one over all of them", async () => {
      const { model, data } = run;
      const { rows, division } = data.development;
      const { train, validation } = data.learning;
      expect(task.size(rows)).toBe(task.size(train) + task.size(validation));
      expect([division.groups.length, division.ids.length]).toEqual([task.size(rows), task.size(rows)]);
      const texts = task.texts(rows);
      expect(texts.toSorted()).toEqual([...task.texts(train), ...task.texts(validation)].toSorted());
      const size = task.size(run.test);
      const whole = await task.outcome(
        model,
        task.subset(
          run.test,
          Int32Array.from({ length: size }, (_, row) => row),
        ),
        { seed: 7 },
      );
      const clone = structuredClone(run.test);
      expect(clone).toEqual(run.test);
      const joined = task.family.join([whole, await task.outcome(model, clone, { seed: 7 })]);
      expect(task.family.answers(joined)).toEqual([...task.family.answers(whole), ...task.family.answers(whole)]);
    });

    test("by metrics that its recipes may name as gates", () => {
      const measures = intervals(task.family, run.outcome, BOOTSTRAP);
      expect(Object.keys(measures)).toContain(task.family.deciding);
      expect(Object.keys(taskSchemas(name).metrics)).toEqual(Object.keys(task.family.metrics));
      const gates = Object.fromEntries(Object.keys(measures).map((measure) => [measure, { min: 0 }]));
      expect(parseRecipe({ ...tiny.recipe, evaluate: { gates } }).evaluate.gates).toEqual(gates);
      for (const { value } of Object.values(measures)) expect(value).toSatisfy(Number.isFinite);
    });

    test.each(baselineNames(run))("the baseline %s on the same rows", async (baseline) => {
      const { model, outcome, data } = run;
      const { fitted } = run;
      const context = { recipe, learning: data.learning, test: run.test, fitted, model, outcome, onProgress: () => {} };
      const ofBaseline = await task.baseline(baseline, context);
      expect(task.family.mismatch(outcome, ofBaseline)).toBeUndefined();
      const comparisons = compareOutcomes(task.family, outcome, ofBaseline, BOOTSTRAP);
      expect(comparisons.map(({ metric }) => metric)).toContain(task.family.deciding);
      expect(await task.baseline(baseline, context)).toEqual(ofBaseline);
    });

    test("rows of another source for its version", async () => {
      const source = join(run.source, tiny.recipe.data.source);
      const evaluated = { source, columns: {}, trained: { columns: {} } };
      const { split, skipped, warnings } = await task.evaluationRows(run.manifest, evaluated);
      const evaluatedRows = tiny.evaluated ?? tiny.rows;
      expect([task.size(split), skipped, warnings]).toEqual([evaluatedRows, [], []]);
      expect(task.texts(split)).toHaveLength(evaluatedRows);
      for (const text of task.texts(split)) expect(text).toMatch(/\w/);
    });

    test("into tables and details that are plain data", () => {
      const details = task.details(run.outcome);
      expect(JSON.parse(JSON.stringify(details))).toEqual(details);
      for (const { title, rows } of task.tables(run.outcome)) {
        expect(title).not.toBe("");
        expect(rows.flat().join("")).not.toBe("");
      }
    });
  });
}

/** Every baseline that the recipe may name. */
function baselineNames({ name, tiny }: TinyRun): readonly string[] {
  const { properties } = recipeJsonSchema(name) as unknown as DescribedBaselines;
  const { enum: names, const: only } = properties.evaluate.properties.baselines.items;
  const known = names ?? (only === undefined ? [] : [only]);
  return known.filter((baseline) => isAllowed({ ...tiny.recipe, evaluate: { baselines: [baseline] } }));
}

function isAllowed(recipe: object): boolean {
  try {
    parseRecipe(recipe);
    return true;
  } catch (error) {
    if (error instanceof ModelwrightError) return false;
    throw error;
  }
}

interface DescribedBaselines {
  readonly properties: {
    readonly evaluate: {
      readonly properties: {
        readonly baselines: { readonly items: { readonly enum?: readonly string[]; readonly const?: string } };
      };
    };
  };
}
