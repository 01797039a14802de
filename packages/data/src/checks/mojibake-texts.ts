import type { Column } from "../frames/frame.ts";
import { isMojibake } from "../profile/mojibake.ts";
import { byColumn, type Check } from "./check.ts";
import { columnsThat, quoted } from "./words.ts";

/** What is shown of a text before and behind the broken place. */
const AROUND = 12;

export const mojibakeTexts: Check = {
  looksFor:
    "texts that look as if they had been decoded by the wrong encoding (U+FFFD, “cafÃ©”), and such names of columns",
  cure: "name the encoding of the file, data: { encoding: gb18030 }, or save it anew from where it comes",
  find: (table) =>
    byColumn(table, {
      look: ({ column, profile: { name, texts } }) => {
        const rows = texts?.mojibake ?? brokenRows(column);
        if (rows === 0 && !isMojibake(name)) return undefined;
        const first = firstBroken(column);
        const detail = `${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}${first === undefined ? ", and its name" : `, such as ${quoted(around(first))}`}`;
        return { severity: "medium", columns: [name], detail };
      },
      summary: (count) =>
        columnsThat(count, "look decoded by the wrong encoding", "looks decoded by the wrong encoding"),
    }),
};

function brokenRows(column: Column): number {
  if (column.kind !== "category") return 0;
  const broken = column.categories.map(isMojibake);
  return broken.includes(true) ? column.codes.reduce((sum, code) => sum + (broken[code] === true ? 1 : 0), 0) : 0;
}

function firstBroken(column: Column): string | undefined {
  if (column.kind === "category") return column.categories.find(isMojibake);
  return column.kind === "text" ? column.values.find(isMojibake) : undefined;
}

/** The part of a text by which it is found broken. */
function around(text: string): string {
  for (let end = 1; end <= text.length; end++) {
    if (!isMojibake(text.slice(Math.max(0, end - 4), end))) continue;
    const from = Math.max(0, end - 1 - AROUND);
    return `${from > 0 ? "…" : ""}${text.slice(from, end + AROUND)}`;
  }
  return text;
}
