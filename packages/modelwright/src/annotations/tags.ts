import type { Tags } from "@modelwright/registry";

/** A tag as it is written: `team=mail`, or `reviewed`. */
interface WrittenTag {
  readonly name: string;
  /** Absent: no value was written. */
  readonly value?: string;
}

/** The value begins behind the first equals sign. */
export function readTag(text: string): WrittenTag {
  const at = text.indexOf("=");
  return at === -1 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

export function tagTexts(tags: Tags): string[] {
  return Object.entries(tags).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
}

/** Whether something has all tags that are asked for: `team=mail` means this value, `team` whatever value. */
export function hasTags(tags: Tags | undefined, wanted: readonly string[]): boolean {
  return wanted.map(readTag).every(({ name, value }) => {
    const found = tags !== undefined && Object.hasOwn(tags, name) ? tags[name] : undefined;
    return found !== undefined && (value === undefined || value === found);
  });
}
