import type { TextItem } from "@modelwright/contracts";
import type { RoleColumns } from "@modelwright/data";
import type { JsonValue } from "@modelwright/registry";

/** Rows of texts that came back, with what is right about each in the column of a role. */
export function labelledText(role: "label" | "labels" | "target" | "spans" | "output") {
  return {
    columns: ({ data }: { readonly data: { readonly columns: RoleColumns } }): RoleColumns => ({
      text: "text",
      [role]: role,
      ...(data.columns.second === undefined ? {} : { second: "second" }),
    }),
    row: (item: TextItem, truth: JsonValue): Readonly<Record<string, JsonValue>> => ({
      ...(typeof item === "string" ? { text: item } : { text: item.text, second: item.second }),
      [role]: truth,
    }),
  };
}
