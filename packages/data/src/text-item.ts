import type { TextItem } from "@modelwright/contracts";

/** What stands between two texts that are read as one. */
const BETWEEN = "\n";

/** A text, or both of a pair with a line break between them: for what reads one text at a time. */
export function wholeText(item: TextItem): string {
  return typeof item === "string" ? item : `${item.text}${BETWEEN}${item.second}`;
}

/** What a row says: its text, or both where it has two. */
export function itemOf({ text, second }: { readonly text: string; readonly second?: string | undefined }): TextItem {
  return second === undefined ? text : { text, second };
}

/** The texts of an item, each by itself. */
export function textsOfItem(item: TextItem): readonly [string, ...string[]] {
  return typeof item === "string" ? [item] : [item.text, item.second];
}
