import type { Measure } from "@modelwright/contracts";

/**
 * `0.981`, with a true minus sign below 0. Values in the unit of a target may be large or small: `12,346`, `1.23e-5`.
 */
export function formatValue(value: number): string {
  const digits = formatMagnitude(Math.abs(value));
  return value < 0 && Number(digits) !== 0 ? `−${digits}` : digits;
}

/** Below this a value is what rounding left of 0. */
const ROUNDING = 1e-9;

function formatMagnitude(magnitude: number): string {
  if (magnitude >= 1e9) return magnitude.toExponential(3);
  if (magnitude >= 10_000) return Math.round(magnitude).toLocaleString("en");
  return magnitude < 0.0005 && magnitude > ROUNDING ? magnitude.toExponential(2) : magnitude.toFixed(3);
}

/** `+0.031` or `−0.031`. */
export function formatDifference(value: number): string {
  const digits = formatValue(value);
  return digits.startsWith("−") ? digits : `+${digits}`;
}

/** `[0.972, 0.989]`, or nothing without bounds. */
export function formatInterval({ low, high }: Measure): string {
  return low === undefined || high === undefined ? "" : `[${formatValue(low)}, ${formatValue(high)}]`;
}

/** `0.981 [0.972, 0.989]`. */
export function formatMeasure(measure: Measure): string {
  return `${formatValue(measure.value)} ${formatInterval(measure)}`.trimEnd();
}

/** `98.1 %`. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `3,080`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}
