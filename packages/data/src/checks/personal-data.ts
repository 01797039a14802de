import type { PersonalDataKind } from "@modelwright/contracts";
import type { Column } from "../frames/frame.ts";
import { findPersonalData } from "../privacy/find-personal-data.ts";
import { KIND_WORDS } from "../privacy/kind-words.ts";
import { spokenName } from "../privacy/treat-cells.ts";
import { byColumn, type Check } from "./check.ts";
import { columnsThat } from "./words.ts";

/** Different values of a column that are looked at, and characters of each. */
const MOST_VALUES = 2000;
const MOST_CHARACTERS = 2000;

export const personalData: Check = {
  looksFor:
    "e-mails, phone and card numbers, names, addresses and others in texts and categories, in up to 2,000 different values of a column",
  cure: "data: { clean: { pii: mask } }, or ignore the column (docs/personal-data.md)",
  find: (table) =>
    byColumn(table, {
      look: ({ column }) => {
        const values = valuesOf(column);
        const counts = new Map<PersonalDataKind, number>();
        const prefix = `${spokenName(column.name)}: `;
        for (const value of values) {
          const found = findPersonalData(prefix + value.slice(0, MOST_CHARACTERS));
          const kinds = new Set(found.filter(({ end }) => end > prefix.length).map(({ kind }) => kind));
          for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
        }
        if (counts.size === 0) return undefined;
        const parts = [...counts]
          .sort((a, b) => b[1] - a[1])
          .map(([kind, count]) => `${count.toLocaleString("en-US")} with ${KIND_WORDS[kind][count === 1 ? 0 : 1]}`);
        const detail = `of ${values.length.toLocaleString("en-US")} different values ${parts.join(", ")}`;
        return { severity: "medium", columns: [column.name], detail };
      },
      summary: (count) => columnsThat(count, "hold personal data", "holds personal data"),
    }),
};

/** Some of the different values, spread over all of them. */
function valuesOf(column: Column): readonly string[] {
  if (column.kind !== "text" && column.kind !== "category") return [];
  const all =
    column.kind === "category" ? column.categories : [...new Set(column.values)].filter((text) => text !== "");
  const step = Math.max(1, all.length / MOST_VALUES);
  return Array.from({ length: Math.min(all.length, MOST_VALUES) }, (_, i) => all[Math.floor(i * step)]!);
}
