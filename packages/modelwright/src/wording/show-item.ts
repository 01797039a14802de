import type { ItemOf, RowItem, SeriesItem, TaskName, UserItem } from "@modelwright/contracts";
import { plainText, shorten } from "./plain-text.ts";

/**
 * An item on one line: a text in quotes, both of a pair with a slash between them, the values of a row by column, of a series its name and the
 * last row of its history, a user and what was chosen.
 *
 * @param shown Characters that are shown of a text, or of a row. Default 80.
 */
export function showItem(item: ItemOf<TaskName>, shown = 80): string {
  if (typeof item === "string") return `"${shorten(plainText(item), shown)}"`;
  if (isPair(item)) return `${showItem(item.text, shown)} / ${showItem(item.second, shown)}`;
  if (isUser(item)) return showUser(item, shown);
  if (isSeries(item)) {
    const name = typeof item.series === "object" ? Object.values(item.series).join(" / ") : item.series;
    const count = `${item.history.length.toLocaleString("en-US")} rows to`;
    const last = showItem(item.history.at(-1)!, shown);
    return shorten(`${name === undefined ? "" : `${plainText(name)}: `}${count} ${last}`, shown);
  }
  const values = Object.entries(item as RowItem).map(([name, value]) => `${plainText(name)} ${shownValue(value)}`);
  return shorten(values.join(", "), shown);
}

/** Whether an object is a pair of texts: a row of a table whose only columns are called so reads the same. */
function isPair(item: object): item is { readonly text: string; readonly second: string } {
  return Object.keys(item).length === 2 && "text" in item && "second" in item;
}

function isSeries(item: object): item is SeriesItem {
  return "history" in item && Array.isArray(item.history);
}

/** Whether an object says what a user chose: the values of a row are no lists. */
function isUser(item: object): item is Exclude<UserItem, string> {
  return "items" in item && Array.isArray(item.items);
}

function showUser({ user, items = [] }: Exclude<UserItem, string>, shown: number): string {
  const names = items.map((each) => (typeof each === "string" ? each : `${each.item} (${each.rating})`));
  const who = user === undefined ? [] : [`"${plainText(user)}"`];
  return shorten([...who, `chose ${names.map(plainText).join(", ") || "nothing"}`].join(", "), shown);
}

function shownValue(value: RowItem[string]): string {
  if (value === null) return "–";
  return typeof value === "string" ? plainText(value) : String(value);
}
