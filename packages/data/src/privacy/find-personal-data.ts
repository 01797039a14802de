import { PERSONAL_DATA_KINDS, type PersonalDataKind } from "@modelwright/contracts";
import type { PersonalDataMatch, PersonalDataPattern, Recogniser, Stretch } from "./recogniser.ts";
import { RECOGNISERS } from "./recognisers/table.ts";

/** Where words are looked for, in UTF-16 code units. Those against a match must stand close: they belong to the number. */
const [BEFORE, BEHIND, CLOSE] = [60, 30, 25];
/** What a word about a match adds to its score, and what one against it takes off. */
const [FOR, AGAINST] = [0.35, 0.3];
/** From here on a match counts. */
const LEAST = 0.5;

/**
 * Personal data in a text, in its order and without overlaps: of several matches of one place the longest counts, of
 * equally long ones the likeliest.
 *
 * A match is found by its form and checksum; words near it ("phone", "order no.") make it likelier or less likely, as
 * Presidio does. What no rule knows is not found: there is no guarantee.
 *
 * @param kinds What is looked for. Default: every kind.
 */
export function findPersonalData(
  text: string,
  kinds: readonly PersonalDataKind[] = PERSONAL_DATA_KINDS,
): readonly PersonalDataMatch[] {
  const found = kinds.flatMap((kind) => matchesOf(kind, text)).filter(({ score }) => score >= LEAST);
  const byLength = found.sort((a, b) => b.end - b.start - (a.end - a.start) || b.score - a.score);
  const kept: PersonalDataMatch[] = [];
  for (const match of byLength) {
    if (kept.every(({ start, end }) => match.end <= start || match.start >= end)) kept.push(match);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function matchesOf(kind: PersonalDataKind, text: string): PersonalDataMatch[] {
  const recogniser = RECOGNISERS[kind];
  if (!recogniser.needs.test(text)) return [];
  return recogniser.patterns.flatMap((pattern) =>
    Array.from(text.matchAll(pattern.regex), (match) => stretchOf(match, pattern)).flatMap((stretch) =>
      stretch === undefined ? [] : [{ kind, ...stretch, score: scoreOf(text, stretch, { pattern, recogniser }) }],
    ),
  );
}

function stretchOf(match: RegExpExecArray, { check, narrow }: PersonalDataPattern): Stretch | undefined {
  const [start, behind] = match.indices?.groups?.["found"] ?? [match.index, match.index + match[0].length];
  const found = match.input.slice(start, behind);
  if (check?.(found) === false) return undefined;
  const part = narrow === undefined ? { start: 0, end: found.length } : narrow(found);
  return part === undefined ? undefined : { start: start + part.start, end: start + part.end };
}

function scoreOf(
  text: string,
  { start, end }: Stretch,
  { pattern, recogniser }: { readonly pattern: PersonalDataPattern; readonly recogniser: Recogniser },
): number {
  const before = text.slice(Math.max(0, start - BEFORE), start);
  const isAbout = recogniser.context?.test(before) || recogniser.context?.test(text.slice(end, end + BEHIND));
  const isOther = recogniser.against?.test(before.slice(-CLOSE));
  return Math.min(1, pattern.score + (isAbout ? FOR : 0) - (isOther ? AGAINST : 0));
}
