import type { Measure } from "@modelwright/contracts";

/**
 * `0.981`, with a true minus sign below 0. Values in the unit of a target may be large or small: `12,346`, `0.00033`,
 * `1.23e-8`.
 *
 * @param scale The magnitude of what the value stands beside: `0.000` in an interval that ends at 0.2. Default: its own.
 */
export function formatValue(value: number, scale = Math.abs(value)): string {
  const digits = formatMagnitude(Math.abs(value), scale);
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/** Below this a value is what rounding left of 0. */
const ROUNDING = 1e-9;

function formatMagnitude(magnitude: number, scale: number): string {
  if (magnitude >= 1e9) return magnitude.toExponential(3);
  if (magnitude >= 10_000) return Math.round(magnitude).toLocaleString("en");
  if (scale >= 0.0005 || magnitude <= ROUNDING) return magnitude.toFixed(3);
  // Two digits of what is largest, as long as the zeros in front can be counted at a glance.
  return scale >= 1e-6 ? magnitude.toFixed(1 - Math.floor(Math.log10(scale))) : magnitude.toExponential(2);
}

/** `+0.031` or `−0.031`. */
export function formatDifference(value: number): string {
  const digits = formatValue(value);
  return digits.startsWith("−") ? digits : `+${digits}`;
}

/** Stands behind the interval of a value that resampling shifts. */
export const NORMAL_MARK = "†";

/** What the mark means, as a sentence goes on after "95 % bootstrap intervals". */
export const INTERVAL_WORDS = `(BCa; ${NORMAL_MARK}: normal, where resampling shifts the value)`;

/** `[0.972, 0.989]`, or nothing without bounds; marked where the interval is a normal one. */
export function formatInterval(measure: Measure): string {
  const { low, high, method } = measure;
  if (low === undefined || high === undefined) return "";
  const scale = scaleOf(measure);
  return `[${formatValue(low, scale)}, ${formatValue(high, scale)}]${method === "normal" ? NORMAL_MARK : ""}`;
}

/** The largest magnitude of a value and its bounds. */
export function scaleOf({ value, low = value, high = value }: Measure): number {
  return Math.max(Math.abs(value), Math.abs(low), Math.abs(high));
}

/** `0.981 [0.972, 0.989]`. */
export function formatMeasure(measure: Measure): string {
  return `${formatValue(measure.value, scaleOf(measure))} ${formatInterval(measure)}`.trimEnd();
}

/** `98.1 %`. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `3,080`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}
