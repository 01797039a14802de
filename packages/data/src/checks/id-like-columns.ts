import { looksLikeId } from "../frames/id-like.ts";
import { byColumn, type Check } from "./check.ts";
import { columnsThat, quoted, yamlList } from "./words.ts";

export const idLikeColumns: Check = {
  looksFor:
    "columns whose values are all different and number or name the rows: whole numbers without a gap, codes, or a column that is called so",
  cure: "name it in data.columns.id; training does not learn from it",
  find: (table) =>
    byColumn(table, {
      look: ({ profile, column }) => {
        const { name, distinct, missing, frequent } = profile;
        if (name === table.label || name === table.id || column.kind === "text") return undefined;
        if (!looksLikeId(column, { filled: table.profile.rows - missing, distinct })) return undefined;
        return { severity: "low", columns: [name], detail: `all different, such as ${quoted(frequent[0]!.value)}` };
      },
      summary: (count) => columnsThat(count, "number or name the rows", "numbers or names the rows"),
      cure: ([first, ...rest]) =>
        `data: { columns: { id: ${yamlList([first!]).slice(1, -1)} }${rest.length === 0 ? "" : `, ignore: ${yamlList(rest)}`} }; training does not learn from it`,
    }),
};
