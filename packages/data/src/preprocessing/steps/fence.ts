import type { FenceSettings } from "@modelwright/contracts";
import { fencesOf } from "../fences.ts";
import { finiteValues, quantileOf } from "../statistics.ts";
import { rowOf, type Step } from "./step.ts";

/** What becomes of values far from the others. */
export interface OutlierSettings extends FenceSettings {
  /** clip: to the fence; winsorise: to the quantiles of 1 % and 99 %, whatever fences there are. */
  readonly cure: "clip" | "winsorise";
}

/** The bounds within which values stay, by column. */
export interface Fenced {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly cure: OutlierSettings["cure"];
  /** Values of training rows that lay beyond. */
  readonly changed: number;
}

const CURED: Readonly<Record<OutlierSettings["cure"], string>> = { clip: "clipped", winsorise: "winsorised" };

/** Puts the nearest bound in place of values beyond one; what is missing stays so. */
export const fence: Step<Fenced> = {
  apply: (data, width, { low, high }) =>
    data.map((x, i) => {
      const notAbove = Math.min(x, high[i % width]!);
      return Math.max(notAbove, low[i % width]!);
    }),
  words: ({ low, high, cure, changed }) => {
    const bounds = low.length === 1 ? ` to ${shown(low[0]!)} … ${shown(high[0]!)}` : "";
    return `${CURED[cure]}${bounds} (${changed.toLocaleString("en-US")} in training)`;
  },
  compile: (b, x, { low, high }) => {
    const [least, most] = [rowOf(b, low), rowOf(b, high)];
    const notAbove = b.op("Where", [b.op("Greater", [x, most]), most, x]);
    return b.op("Where", [b.op("Less", [notAbove, least]), least, notAbove]);
  },
};

const shown = (bound: number) => String(Number(bound.toPrecision(4))).replace("-", "−");
/** The largest float32. */
const LARGEST = Math.fround(3.4028234663852886e38);

/** @returns Undefined where no value of any column lies far, whatever it is: half are equal, or there is none. */
export function fitFence(data: Float32Array, width: number, settings: OutlierSettings): Fenced | undefined {
  const bounds = Array.from({ length: width }, (_, column) => {
    const sorted = finiteValues(data, width, column).sort();
    if (settings.cure === "clip") return fencesOf(sorted, settings);
    return sorted.length === 0 ? undefined : { low: quantileOf(sorted, 0.01), high: quantileOf(sorted, 0.99) };
  });
  if (bounds.every((found) => found === undefined)) return undefined;
  const low = bounds.map((found) => Math.fround(found?.low ?? -LARGEST));
  const high = bounds.map((found) => Math.fround(found?.high ?? LARGEST));
  const changed = data.reduce((count, x, i) => count + Number(x < low[i % width]! || x > high[i % width]!), 0);
  return { low, high, cure: settings.cure, changed };
}
