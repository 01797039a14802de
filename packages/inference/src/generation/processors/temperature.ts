import type { LogitsProcessor } from "./processor.ts";

/** Divides every score: below 1 likelier tokens gain, above 1 rare ones. */
export function temperature(value: number): LogitsProcessor {
  return (scores) => {
    for (let id = 0; id < scores.length; id++) scores[id] = scores[id]! / value;
  };
}
