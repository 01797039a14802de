import type { RowRules } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { withRules } from "./with-rules.ts";
import { withSchema } from "./with-schema.ts";

/**
 * A table whose rows are held to what a recipe asks of them, when all have been read.
 *
 * @throws {ModelwrightError} `DATA_SCHEMA_COLUMN_MISSING`, `DATA_RULE_INVALID`, `PEER_MISSING`; behind the last row
 *   `DATA_SCHEMA_BROKEN`, `DATA_RULES_BROKEN`.
 */
export async function withRowRules(
  table: Table,
  { schema, rules, kinds, breaches = "refuse" }: RowRules,
): Promise<Table> {
  const typed = schema === undefined ? table : withSchema(table, schema, breaches);
  if (rules === undefined) return typed;
  const types = Object.entries(schema ?? {}).flatMap(([column, { type }]) =>
    type === undefined ? [] : [[column, type]],
  );
  return withRules(typed, rules, { kinds: { ...kinds, ...Object.fromEntries(types) }, onBreach: breaches });
}
