import type { Measure } from "@modelwright/contracts";

/** `0.981`, with a true minus sign below 0; a log loss may pass 1. */
export function formatValue(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  return value < 0 && Number(digits) > 0 ? `−${digits}` : digits;
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
