import type { Measure } from "@modelwright/contracts";
import { type RegressionOutcome, shareInterval } from "@modelwright/evaluation";
import type { PredictedNumber } from "@modelwright/inference";
import { percent } from "../../wording/quantities.ts";
import { showNumber } from "../../wording/show-number.ts";

/** How well intervals hold. */
interface HeldInterval {
  /** The share of rows that they are to hold. */
  readonly asked: number;
  /** That which they hold, with its 95 % interval (Wilson). */
  readonly held: Measure;
  /** The median of high − low. */
  readonly width: number;
}

/** Numbers with their intervals; of a baseline there are none. */
export interface IntervalOutcome extends RegressionOutcome {
  readonly interval?: HeldInterval;
}

export function intervalOutcome(
  actual: Float64Array,
  answers: readonly PredictedNumber[],
  asked: number,
): IntervalOutcome {
  const inside = answers.filter(({ low, high }, row) => low <= actual[row]! && actual[row]! <= high).length;
  const widths = answers.map(({ low, high }) => high - low).sort((a, b) => a - b);
  return {
    actual,
    predicted: Float64Array.from(answers, ({ value }) => value),
    interval: { asked, held: shareInterval(inside, answers.length), width: widths[widths.length >> 1] ?? 0 },
  };
}

/** `low to high holds 88.9 % [80.1 %, 94.2 %] of the rows, asked: 90.0 %; half of them are narrower than 210.` */
export function intervalInWords({ asked, held, width }: HeldInterval): string {
  const { value, low = value, high = value } = held;
  return `low to high holds ${percent(value)} [${percent(low)}, ${percent(high)}] of the rows, asked: ${percent(asked)}; half of them are narrower than ${showNumber(width)}`;
}
