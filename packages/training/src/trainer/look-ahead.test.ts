import { defaultRuntime } from "@modelwright/engine";
import { expect, test } from "vitest";
import { type LineRow, lineFeeds, lineProgram } from "../testing/line-program.ts";
import { TrainingSession } from "./training-session.ts";

const runtime = await defaultRuntime();
const ROWS: readonly LineRow[] = [
  [1, 2, 3],
  [-1, 0.5, 0],
  [2, -3, 1],
];

type Line = readonly [number, number, number];

/** Weights and bias after so many updates of plain descent from a line. */
async function descend(
  [w0, w1, bias]: Line,
  updates: number,
  lookAhead?: { every: number; rate?: number },
): Promise<Line> {
  const session = await TrainingSession.create(lineProgram([w0, w1], bias), {
    optimizer: { optimizer: "sgd" },
    runtime,
    seed: 1,
    lookAhead,
  });
  for (let update = 0; update < updates; update++) await session.step([lineFeeds(ROWS)], { head: 0.05 });
  const [weight, intercept] = [session.arena.weight("weight").data, session.arena.weight("bias").data];
  session.release();
  return [weight[0]!, weight[1]!, intercept[0]!];
}

test.each([
  ["half of the way by default", undefined],
  ["the share that is given", 0.8],
])("after every third update the weights are on the way from where they were: %s", async (_, rate) => {
  const lookAhead = rate === undefined ? { every: 3 } : { every: 3, rate };
  let slow: Line = [0.5, -1, 0.25];
  for (let cycle = 1; cycle <= 3; cycle++) {
    const fast = await descend(slow, 3);
    slow = slow.map((value, i) => value + (rate ?? 0.5) * (fast[i]! - value)) as [number, number, number];
    const found = await descend([0.5, -1, 0.25], 3 * cycle, lookAhead);
    for (const [i, value] of slow.entries()) expect(found[i]).toBeCloseTo(value, 5);
  }
  const between = await descend([0.5, -1, 0.25], 10, lookAhead);
  for (const [i, value] of (await descend(slow, 1)).entries()) expect(between[i]).toBeCloseTo(value, 5);
});
