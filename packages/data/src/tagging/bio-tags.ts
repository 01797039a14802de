import type { TextSpan } from "../roles/text-spans.ts";
import type { TextUnits } from "./text-units.ts";

/** Tags of labels by their places: 0 outside, 2 · place + 1 begins a span of the label, 2 · place + 2 goes on with it. */
const OUTSIDE = 0;
export const beginTag = (label: number) => 2 * label + 1;
export const insideTag = (label: number) => 2 * label + 2;
const isBegin = (tag: number) => tag % 2 === 1;
/** Place of the label of a tag that is not outside. */
export const labelOfTag = (tag: number) => Math.floor((tag - 1) / 2);

/** How many tags so many labels have. */
export function tagCount(labels: number): number {
  return 2 * labels + 1;
}

/** The tags by name, in their order: `O`, `B-PER`, `I-PER`. */
export function tagNames(labels: readonly string[]): string[] {
  return ["O", ...labels.flatMap((label) => [`B-${label}`, `I-${label}`])];
}

/**
 * A tag for each unit of a text. A unit of which a span covers a part counts as covered.
 *
 * @param labels Index in this list = place of the label; spans of another label are left out.
 */
export function tagsOfSpans(units: TextUnits, spans: readonly TextSpan[], labels: readonly string[]): Int32Array {
  const { starts, ends } = units;
  const tags = new Int32Array(starts.length);
  let unit = 0;
  for (const { start, end, label } of spans) {
    const place = labels.indexOf(label);
    if (place < 0) continue;
    while (unit < starts.length && ends[unit]! <= start) unit++;
    for (let at = unit; at < starts.length && starts[at]! < end; at++) {
      if (tags[at] === OUTSIDE) tags[at] = at === unit ? beginTag(place) : insideTag(place);
    }
  }
  return tags;
}

/** A span by its units. */
export interface UnitSpan {
  readonly from: number;
  readonly to: number;
  /** Place of its label. */
  readonly label: number;
}

/** The spans that tags name; a tag that goes on with nothing begins a span. */
export function unitSpans(tags: ArrayLike<number>): UnitSpan[] {
  const spans: UnitSpan[] = [];
  let open: { from: number; to: number; label: number } | undefined;
  for (let at = 0; at < tags.length; at++) {
    const tag = tags[at]!;
    if (tag === OUTSIDE) {
      open = undefined;
      continue;
    }
    const label = labelOfTag(tag);
    if (open === undefined || isBegin(tag) || open.label !== label) {
      open = { from: at, to: at + 1, label };
      spans.push(open);
    } else open.to = at + 1;
  }
  return spans;
}

/** Where a span of units stands in its text. */
export function placeOf({ starts, ends }: TextUnits, { from, to }: UnitSpan): { start: number; end: number } {
  return { start: starts[from]!, end: ends[to - 1]! };
}

/**
 * The spans that tags of units cannot tell: they begin or end inside a unit or at white space, or share a unit with another one.
 *
 * @param labels As of `tagsOfSpans`.
 */
export function spansOffTokens(units: TextUnits, spans: readonly TextSpan[], labels: readonly string[]): TextSpan[] {
  const told = unitSpans(tagsOfSpans(units, spans, labels)).map((span) => ({
    ...placeOf(units, span),
    label: labels[span.label],
  }));
  return spans.filter(
    ({ start, end, label }) =>
      labels.includes(label) && !told.some((each) => each.start === start && each.end === end && each.label === label),
  );
}
