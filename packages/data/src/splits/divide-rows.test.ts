import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divideRows } from "./divide-rows.ts";
import type { Division, SplitSettings } from "./division.ts";
import { planFolds } from "./fold-plan.ts";
import { SPLIT_NAMES } from "./split-names.ts";

const SETTINGS: SplitSettings = { test: 0.2, validation: 0.1, stratify: true, seed: 7 };

function division(
  rows: readonly { readonly group?: number; readonly time?: number; readonly key?: string }[],
): Division {
  return {
    groups: Int32Array.from(rows, ({ group }, row) => group ?? row),
    strata: rows.map(() => ["all"]),
    places: rows.map((_, row) => `data.csv:${row + 2}`),
    ids: rows.map((_, row) => `data.csv:${row + 2}`),
    keys: rows.map(({ key }, row) => key ?? `row ${row}`),
    times: rows.map(({ time }, row) => time ?? row),
  };
}

/** The split of each row. */
function homes(given: Division, settings: SplitSettings): string[] {
  const { split } = divideRows(given, settings);
  const home: string[] = [];
  for (const name of SPLIT_NAMES) for (const row of split[name]) home[row] = name;
  return home;
}

const timed = fc.array(fc.record({ group: fc.nat({ max: 60 }), time: fc.integer({ min: 0, max: 50 }) }), {
  minLength: 3,
  maxLength: 80,
});

describe("by time", () => {
  test("the last rows are the test, and those before them validate", () => {
    const rows = Array.from({ length: 100 }, (_, row) => ({ time: (row * 37) % 100 }));
    const home = homes(division(rows), { ...SETTINGS, by: "time", column: "when" });
    for (const [row, { time }] of rows.entries())
      expect(home[row]).toBe(time < 70 ? "train" : time < 80 ? "validation" : "test");
    const { how } = divideRows(division(rows), { ...SETTINGS, by: "time", column: "when" });
    const lineOf = (time: number) => rows.findIndex((row) => row.time === time) + 2;
    expect(how).toBe(
      `by time, column "when", validation from the time of data.csv:${lineOf(70)} on, test from the time of data.csv:${lineOf(80)} on, groups kept together`,
    );
  });

  test("nothing is learnt from rows later than those of the test; ties and groups stay whole", () => {
    fc.assert(
      fc.property(timed, (rows) => {
        const given = division(rows);
        const home = homes(given, { ...SETTINGS, by: "time", column: "when" });
        expect(home.filter((name) => name !== undefined)).toHaveLength(rows.length);
        const last = (row: number) =>
          Math.max(...rows.filter(({ group }) => group === rows[row]!.group).map(({ time }) => time));
        const order: Record<string, number> = { train: 0, validation: 1, test: 2 };
        for (const [one] of rows.entries()) {
          for (const [other] of rows.entries()) {
            if (rows[one]!.group === rows[other]!.group || last(one) === last(other))
              expect(home[one]).toBe(home[other]);
            if (last(one) < last(other)) expect(order[home[one]!]!).toBeLessThanOrEqual(order[home[other]!]!);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("by hash", () => {
  test("a row keeps its split when rows are added, before it or behind", () => {
    const keys = fc.uniqueArray(fc.string({ maxLength: 12 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(keys, fc.nat(), fc.nat(), (all, at, seed) => {
        const few = all.slice(at % all.length);
        const settings = { ...SETTINGS, seed, by: "hash" as const };
        const rows = (some: readonly string[]) => division(some.map((key) => ({ key })));
        expect(homes(rows(all), settings).slice(at % all.length)).toEqual(homes(rows(few), settings));
        const behind = all.slice(0, (at % all.length) + 1);
        expect(homes(rows(all), settings).slice(0, behind.length)).toEqual(homes(rows(behind), settings));
      }),
    );
  });

  test("shares are met about as a binomial distribution has it, and groups go with their first row", () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => ({ key: `C-${row}`, group: row % 9000 }));
    const home = homes(division(rows), { ...SETTINGS, by: "hash" });
    expect(Math.abs(home.filter((name) => name === "test").length - 2000)).toBeLessThan(4 * 45);
    expect(Math.abs(home.filter((name) => name === "validation").length - 1000)).toBeLessThan(4 * 34);
    for (let row = 9000; row < 10_000; row++) expect(home[row]).toBe(home[row - 9000]);
  });
});

describe("by column", () => {
  const names = ["train", "validation", "test", "train", "train"] as const;

  test("rows go where the column says, and groups that it divides are named", () => {
    const given = { ...division(names.map((_, row) => ({ group: [0, 1, 0, 3, 4][row]! }))), names };
    const { split, how, warnings } = divideRows(given, { ...SETTINGS, by: "column", column: "part" });
    expect(split).toEqual({ train: [0, 3, 4], validation: [1], test: [2] });
    expect(how).toBe('by column "part"');
    expect(warnings).toEqual([expect.stringContaining("data.csv:2 (train) and data.csv:4 (test)")]);
    expect(
      divideRows({ ...given, groups: Int32Array.from(names.keys()) }, { ...SETTINGS, by: "column" }).warnings,
    ).toEqual([]);
  });

  test("validation rows that it does not name are drawn from the training rows", () => {
    const given = {
      ...division(Array.from({ length: 100 }, () => ({}))),
      names: Array.from({ length: 100 }, (_, row) => (row < 80 ? ("train" as const) : ("test" as const))),
    };
    const { split } = divideRows(given, { ...SETTINGS, by: "column" });
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([70, 10, 20]);
    expect(Math.max(...split.validation)).toBeLessThan(80);
  });
});

describe("folds", () => {
  const settings = { ...SETTINGS, by: "random" as const };

  test("answer for each row once a repeat, by models that saw nothing of its group", () => {
    const groups = fc.array(fc.nat({ max: 30 }), { minLength: 40, maxLength: 90 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 3 }), (given, folds, repeats) => {
        const rows = division(given.map((group) => ({ group })));
        fc.pre(new Set(given).size >= 20);
        const plan = planFolds(rows, { folds, repeats, seed: 3, settings });
        expect(plan).toHaveLength(folds * repeats);
        for (let repeat = 1; repeat <= repeats; repeat++) {
          const held = plan.filter((part) => part.repeat === repeat).flatMap((part) => [...part.held]);
          expect(held.toSorted((a, b) => a - b)).toEqual([...given.keys()]);
        }
        for (const { train, validation, held } of plan) {
          expect([...train, ...validation, ...held].toSorted((a, b) => a - b)).toEqual([...given.keys()]);
          const seen = new Set([...train, ...validation].map((row) => given[row]!));
          for (const row of held) expect(seen.has(given[row]!)).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("of rows in time are answered for by models of earlier rows", () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({ time: (row * 7) % 60 }));
    const plan = planFolds(division(rows), { folds: 4, repeats: 1, seed: 1, settings: { ...settings, by: "time" } });
    expect(plan.flatMap(({ held }) => [...held])).toHaveLength(48);
    for (const { train, validation, held } of plan) {
      expect(held).toHaveLength(12);
      const first = Math.min(...Array.from(held, (row) => rows[row]!.time));
      for (const row of [...train, ...validation]) expect(rows[row]!.time).toBeLessThan(first);
    }
  });

  test("of one left out are as many as there are groups, and are refused where they are too many", () => {
    const few = division(Array.from({ length: 24 }, (_, row) => ({ group: row % 12 })));
    const plan = planFolds(few, { folds: "leave-one-out", repeats: 1, seed: 1, settings });
    expect(plan.map(({ held }) => held.length)).toEqual(Array(12).fill(2));
    const many = division(Array.from({ length: 2001 }, () => ({})));
    expect(() => planFolds(many, { folds: "leave-one-out", repeats: 1, seed: 1, settings })).toThrow(
      /more than 2,000 models/,
    );
    expect(() => planFolds(few, { folds: 13, repeats: 1, seed: 1, settings })).toThrow(/24 rows in 12 groups/);
  });
});
