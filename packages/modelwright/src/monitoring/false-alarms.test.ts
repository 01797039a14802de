import { compareWindow, driftWindow } from "@modelwright/data";
import { expect, test } from "vitest";
import { observed, referenceOf } from "./testing/watched-model.ts";

const WINDOWS = 1000;
const ROWS = 100;

test.each(["tabular-classification", "text-classification"] as const)(
  "of 1,000 windows of the traffic that a %s model was made for, at most one in twenty is called drifted",
  (task) => {
    const reference = referenceOf(task, ROWS);
    let drifted = 0;
    for (let seed = 1; seed <= WINDOWS; seed++) {
      const window = driftWindow(reference, observed(task, { seed, rows: ROWS }));
      if (compareWindow(reference, window).verdict === "drifted") drifted++;
    }
    // Three standard errors of 1,000 windows are 0.021.
    expect(drifted / WINDOWS).toBeLessThanOrEqual(0.05 + 0.021);
  },
);
