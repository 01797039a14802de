import type { Annotated, Note, Registry, Tags } from "@modelwright/registry";
import { moment } from "../wording/moment.ts";
import { plainText } from "../wording/plain-text.ts";
import { tagTexts } from "./tags.ts";

/** What people say of something. */
export interface Annotations {
  readonly tags: Tags;
  readonly notes: readonly Note[];
}

export async function annotationsOf({ stores }: Registry, about: Annotated): Promise<Annotations> {
  return { tags: await stores.annotations.tags(about), notes: await stores.annotations.notes(about) };
}

/** Each note under who wrote it, and when; its lines as they were written. */
export function noteLines(notes: readonly Note[]): string[] {
  return notes.flatMap(({ ordinal, text, by, at }) => [
    `${ordinal}  ${moment(at)}, ${plainText(by)}`,
    ...text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => `   ${plainText(line)}`.trimEnd()),
  ]);
}

/** A row of facts for the tags; none without. */
export function tagFact(tags: Tags): string[][] {
  const texts = tagTexts(tags);
  return texts.length === 0 ? [] : [["tags", texts.join(", ")]];
}
