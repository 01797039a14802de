import type { TextItem } from "@modelwright/contracts";
import { plainText, shorten } from "./plain-text.ts";

/**
 * A text in quotes, on one line; both of a pair with a slash between them.
 *
 * @param shown Characters that are shown of a text. Default 80.
 */
export function showItem(item: TextItem, shown = 80): string {
  if (typeof item === "string") return `"${shorten(plainText(item), shown)}"`;
  return `${showItem(item.text, shown)} / ${showItem(item.second, shown)}`;
}
