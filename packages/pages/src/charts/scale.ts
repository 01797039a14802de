/** Round values within a range, about as many as asked for, and how they are written. */
export interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
}

/**
 * Multiples of 1, 2 or 5 times a power of ten.
 *
 * @param max Greater than `min`.
 */
export function ticksBetween(min: number, max: number, about = 5): Ticks {
  const rough = (max - min) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return { values: Array.from({ length: count }, (_, index) => (first + index) * step), step };
}

/** The range widened to whole ticks; one around it where all values are alike. */
export function niceRange(min: number, max: number): [min: number, max: number] {
  const [low, high] = max > min ? [min, max] : [min - (Math.abs(min) || 1) / 2, max + (Math.abs(max) || 1) / 2];
  const { step } = ticksBetween(low, high);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/** `0.25`, `12,000`, `3e-4`: no more digits than the step between ticks has. */
export function formatTick(value: number, step: number): string {
  const size = Math.abs(value);
  const rounded = size < step / 2 ? 0 : value;
  if (rounded === 0 && step < 1e-3) return "0";
  if (rounded !== 0 && (size >= 1e6 || size < 1e-3)) {
    return rounded
      .toExponential(Math.max(0, Math.round(Math.log10(size) - Math.log10(step))))
      .replace("-", "−")
      .replace("e−", "e-")
      .replace("e+", "e");
  }
  const digits = Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return rounded
    .toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace("-", "−");
}
