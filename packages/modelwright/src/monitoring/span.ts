import { ModelwrightError, SPAN_PATTERN } from "@modelwright/contracts";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `30m`, `12h`, `7d`, `4w`. */
export function spanMs(span: string): number {
  return Number(span.slice(0, -1)) * UNIT_MS[span.at(-1)!]!;
}

/**
 * The moment that an option names: so long before another one, or itself.
 *
 * @throws {ModelwrightError} `CLI_OPTION_INVALID`.
 */
export function momentBefore(text: string, { now, option }: { readonly now: Date; readonly option: string }): Date {
  if (SPAN_PATTERN.test(text)) return new Date(now.getTime() - spanMs(text));
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time) && time < now.getTime()) return new Date(time);
  const rule = "a span such as 30m, 12h, 7d or 4w, or a moment that is over such as 2026-11-28 or 2026-11-28T09:00:00Z";
  throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got: text });
}
