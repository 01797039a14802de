import {
  ModelwrightError,
  PERSONAL_DATA_KINDS,
  type PersonalDataKind,
  type PersonalDataSettings,
} from "@modelwright/contracts";
import { findPersonalData } from "./find-personal-data.ts";
import type { PersonalDataMatch } from "./recogniser.ts";
import { TREATMENTS } from "./treatments.ts";

/** A text after its personal data was treated. */
export interface TreatedText {
  readonly text: string;
  /** What was treated, where it stood in the text before. */
  readonly matches: readonly PersonalDataMatch[];
  /** Where a stretch of the text before stands now; one that begins or ends inside a match takes all of it. */
  readonly moved: (stretch: { readonly start: number; readonly end: number }) => { start: number; end: number };
}

/** Treats personal data in one text after the other. */
export interface PersonalDataTreater {
  /** "masked": what was done, before "12 e-mails". */
  readonly done: string;
  /** Whether rows that hold some are to leave, instead of being changed. */
  readonly drops: boolean;
  /** @param about Words that stand before the text where it was read, such as the name of its column. Default: none. */
  readonly treat: (text: string, about?: string) => TreatedText;
}

/**
 * What a recipe wants done about personal data.
 *
 * @throws {ModelwrightError} `DATA_VARIABLE_MISSING` where the treatment needs a salt and the environment has none.
 */
export function personalDataTreater(settings: PersonalDataSettings): PersonalDataTreater {
  const { treatment, kinds = PERSONAL_DATA_KINDS, keep, replacement, salt: variable } = settings;
  const { done, needsSalt, write } = TREATMENTS[treatment];
  const salt = needsSalt ? (process.env[variable] ?? "") : "";
  if (needsSalt && salt === "")
    throw new ModelwrightError("DATA_VARIABLE_MISSING", { source: "data.clean.pii.salt", variable });
  // What is kept is looked for as well: the e-mail in a URL that is kept is kept with it.
  const wanted = [...new Set<PersonalDataKind>([...kinds, ...keep])];
  return {
    done,
    drops: write === undefined,
    treat: (text, about = "") => {
      const found = findPersonalData(`${about}${text}`, wanted)
        .filter(({ kind, start }) => start >= about.length && !keep.includes(kind))
        .map((match) => ({ ...match, start: match.start - about.length, end: match.end - about.length }));
      return replaced(text, found, ({ kind, start, end }) => {
        const before = text.slice(start, end);
        return write === undefined ? before : write({ kind, found: before }, { replacement, salt });
      });
    },
  };
}

function replaced(
  text: string,
  matches: readonly PersonalDataMatch[],
  write: (match: PersonalDataMatch) => string,
): TreatedText {
  const parts = matches.map((match) => ({ ...match, written: write(match) }));
  const pieces = parts.map(({ start, written }, i) => text.slice(parts[i - 1]?.end ?? 0, start) + written);
  const grown = (offset: number) =>
    parts.reduce((sum, { start, end, written }) => (end <= offset ? sum + written.length - (end - start) : sum), 0);
  return {
    text: pieces.join("") + text.slice(parts.at(-1)?.end ?? 0),
    matches,
    moved: ({ start, end }) => {
      const first = parts.find((part) => part.start < start && start < part.end)?.start ?? start;
      const last = parts.find((part) => part.start < end && end < part.end)?.end ?? end;
      return { start: first + grown(first), end: last + grown(last) };
    },
  };
}
