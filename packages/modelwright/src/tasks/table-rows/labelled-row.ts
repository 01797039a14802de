import type { RowItem } from "@modelwright/contracts";
import type { RoleColumns } from "@modelwright/data";
import type { JsonValue } from "@modelwright/registry";

/** Rows of tables that came back, with what is right about each in the column of a role. */
export function labelledRow(role: "label" | "target") {
  const columnOf = ({ data }: { readonly data: { readonly columns: RoleColumns } }) => data.columns[role] ?? role;
  return {
    columns: (recipe: Parameters<typeof columnOf>[0]): RoleColumns => ({ [role]: columnOf(recipe) }),
    row: (item: RowItem, truth: JsonValue, recipe: Parameters<typeof columnOf>[0]) => ({
      ...(item as Readonly<Record<string, JsonValue>>),
      [columnOf(recipe)]: truth,
    }),
  };
}
