import { DATE_SPELLINGS, readDate } from "../frames/date-spellings.ts";
import type { Column } from "../frames/frame.ts";
import { FITTING_SHARE } from "../frames/guess-kind.ts";
import { NUMBER_SPELLINGS, readNumber } from "../frames/number-spellings.ts";
import { byColumn, type Check } from "./check.ts";
import { columnsThat, percent, quoted } from "./words.ts";

/** Different values that are looked at. */
const LOOKED_AT = 2000;
const FEWEST = 5;
const SHOWN = 3;

/** What values may be written as, in several ways: the way of one value; undefined for one that is none. */
const KINDS: Readonly<Record<string, (text: string) => string | undefined>> = {
  numbers: (text) => {
    for (const spelling of NUMBER_SPELLINGS) {
      const found = readNumber(text, spelling);
      if (found !== undefined) return found.unit;
    }
    return undefined;
  },
  dates: (text) => DATE_SPELLINGS.find((spelling) => readDate(text, spelling) !== undefined),
};

export const mixedSpellings: Check = {
  looksFor:
    "columns of categories or texts nearly all of whose values are numbers of several units, or dates in several spellings",
  cure: "write them in one way, and the model reads them: modelwright data clean --set columns.NAME.unit=kg, or columns.NAME.dates=day-first",
  find: (table) =>
    byColumn(table, {
      look: ({ column }) => {
        const values = valuesOf(column);
        if (values.length < FEWEST) return undefined;
        for (const [kind, wayOf] of Object.entries(KINDS)) {
          const detail = mixture(values, { kind, wayOf });
          if (detail !== undefined) return { severity: "medium", columns: [column.name], detail };
        }
        return undefined;
      },
      summary: (count) =>
        columnsThat(
          count,
          "hold numbers or dates that are written in several ways",
          "holds numbers or dates that are written in several ways",
        ),
    }),
};

/** Different values, of a text column at least. */
function valuesOf(column: Column): readonly string[] {
  if (column.kind === "category") return column.categories.slice(0, LOOKED_AT);
  if (column.kind !== "text") return [];
  return [...new Set(column.values.slice(0, LOOKED_AT))].filter((text) => text !== "");
}

function mixture(
  values: readonly string[],
  { kind, wayOf }: { readonly kind: string; readonly wayOf: (text: string) => string | undefined },
): string | undefined {
  const ways = new Map<string, string[]>();
  for (const value of values) {
    const way = wayOf(value);
    if (way !== undefined) ways.set(way, [...(ways.get(way) ?? []), value]);
  }
  const found = [...ways.values()].sort((a, b) => b.length - a.length);
  const fitting = found.reduce((sum, each) => sum + each.length, 0);
  if (found.length < 2 || fitting < FITTING_SHARE * values.length) return undefined;
  // As many ways as values are names with a number in them: model numbers, addresses.
  if (found.length > fitting / 2) return undefined;
  const shown = found.slice(0, SHOWN).map((each) => `${quoted(each[0]!)} ${percent(each.length / values.length)}`);
  return `${kind}, written as ${shown.join(", ")}${found.length > SHOWN ? ", …" : ""}`;
}
