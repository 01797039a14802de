import type { LearntTable } from "../table-rows/learner.ts";
import { applyTail, compileTail, fitTail } from "./tail.ts";

/** A detector whose scores are how odd rows are, in a unit that all detectors share. */
export function calibrated(learnt: LearntTable, usual: Float64Array): LearntTable {
  const tail = fitTail(usual);
  return {
    ...learnt,
    predict: async (frame) => applyTail(tail, await learnt.predict(frame)),
    compile: (b, numbersOf) => compileTail(b, learnt.compile(b, numbersOf), tail),
    ...(learnt.outOfFold === undefined ? {} : { outOfFold: applyTail(tail, learnt.outOfFold) }),
  };
}
