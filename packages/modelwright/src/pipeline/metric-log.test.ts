import type { MetricPoint } from "@modelwright/registry";
import type { TrainingEvent } from "@modelwright/training";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MetricLog } from "./metric-log.ts";

const unhandled = vi.fn();
beforeEach(() => {
  unhandled.mockClear();
  process.on("unhandledRejection", unhandled);
});
afterEach(() => void process.off("unhandledRejection", unhandled));

const evaluation = (step: number): TrainingEvent => {
  return { type: "evaluation", step, totalSteps: 650, epoch: 1, loss: step / 10, measures: {}, best: true };
};

/** A registry that keeps what it is given, until its disk is full after so many writes. */
function filling(writes: number) {
  const kept: MetricPoint[] = [];
  let asked = 0;
  const appendMetrics = async (_run: string, points: readonly MetricPoint[]) => {
    if (++asked > writes) throw new Error(`the disk is full at write ${asked}`);
    kept.push(...points);
  };
  return { kept, log: new MetricLog({ appendMetrics }, "run") };
}

/** So long that promises rejected without a handler are told. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("all that was told is written when the work is done", async () => {
  const { kept, log } = filling(9);
  const work = async () => {
    for (let step = 1; step <= 450; step++) log.tell(evaluation(step));
    return "done";
  };
  expect(await log.follow(work())).toBe("done");
  expect(kept.map(({ step }) => step)).toEqual(Array.from({ length: 450 }, (_, i) => i + 1));
});

test("a write that fails in the middle of training ends nothing; its error is told when the work is done", async () => {
  const { kept, log } = filling(1);
  let isTrained = false;
  const work = async () => {
    for (let step = 1; step <= 650; step++) log.tell(evaluation(step));
    await turn();
    isTrained = true;
  };
  await expect(log.follow(work())).rejects.toThrow("the disk is full at write 2");
  expect(isTrained).toBe(true);
  expect(kept).toHaveLength(200);
  await turn();
  expect(unhandled).not.toHaveBeenCalled();
});

test("the error of the work goes before that of the log", async () => {
  const { log } = filling(0);
  const work = async () => {
    log.tell(evaluation(1));
    throw new Error("the loss became NaN");
  };
  await expect(log.follow(work())).rejects.toThrow("the loss became NaN");
  await turn();
  expect(unhandled).not.toHaveBeenCalled();
});
