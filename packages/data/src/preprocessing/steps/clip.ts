import type { Step } from "./step.ts";

/** Keeps numbers within ± a bound. */
export const clip: Step<number> = {
  apply: (data, _, bound) => data.map((x) => Math.min(bound, Math.max(-bound, x))),
  words: (bound) => `clipped to ±${bound}`,
  compile: (b, x, bound) => {
    const [most, least] = [b.scalar(bound), b.scalar(-bound)];
    const notAbove = b.op("Where", [b.op("Greater", [x, most]), most, x]);
    return b.op("Where", [b.op("Less", [notAbove, least]), least, notAbove]);
  },
};
