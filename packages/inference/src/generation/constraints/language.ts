/** A range of code points, both ends included. */
export type Range = readonly [first: number, last: number];

/** A set of texts, as regular expressions describe them. */
export type Language =
  | { readonly kind: "characters"; readonly ranges: readonly Range[] }
  | { readonly kind: "sequence"; readonly parts: readonly Language[] }
  | { readonly kind: "choice"; readonly options: readonly Language[] }
  /** `most` may be infinite. */
  | { readonly kind: "repeat"; readonly part: Language; readonly least: number; readonly most: number };

export const LAST_CODE_POINT = 0x10ffff;

export const characters = (...ranges: readonly Range[]): Language => ({ kind: "characters", ranges });
export const sequence = (...parts: readonly Language[]): Language => ({ kind: "sequence", parts });
export const choice = (...options: readonly Language[]): Language => ({ kind: "choice", options });
export const repeat = (part: Language, least: number, most = Number.POSITIVE_INFINITY): Language => ({
  kind: "repeat",
  part,
  least,
  most,
});
export const optional = (part: Language): Language => repeat(part, 0, 1);

/** One text. */
export function literal(text: string): Language {
  return sequence(...Array.from(text, (character) => characters(pointRange(character))));
}

export function pointRange(character: string): Range {
  const point = character.codePointAt(0)!;
  return [point, point];
}

/** Every code point outside of the ranges; halves of surrogate pairs are in no text. */
export function complement(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  let next = 0;
  for (const [first, last] of [...ranges, [0xd800, 0xdfff] as const].sort((a, b) => a[0] - b[0])) {
    if (first > next) result.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) result.push([next, LAST_CODE_POINT]);
  return result;
}
