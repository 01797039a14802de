import type { ColumnRules, TableSchema } from "@modelwright/contracts";
import type { ColumnProfile, TableProfile } from "@modelwright/data";
import { stringify } from "yaml";
import { columnWords } from "./column-words.ts";

/** So many values a profile knows by name. */
const MOST_VALUES = 10;

/**
 * Rules that the rows of a table keep, for the columns of another table of its kind: what every value is, whether it is
 * always there, whether it is there only once, the few values of categories, and that numbers are not below 0.
 *
 * How far numbers and dates reach is left to who knows what they may become.
 */
export function draftSchema({ columns, rows }: TableProfile): TableSchema {
  return Object.fromEntries(columns.map((column) => [column.name, draftRules(column, rows)]));
}

function draftRules({ kind, missing, distinct, unfit, frequent, numbers }: ColumnProfile, rows: number): ColumnRules {
  const isFilled = missing === 0 && unfit.rows === 0;
  const isKey = isFilled && distinct === rows && rows > 1 && (kind === "category" || isWhole(numbers, rows));
  return {
    type: kind,
    ...(isFilled ? { required: true } : {}),
    ...(isKey ? { unique: true } : {}),
    ...(kind === "number" && numbers !== undefined && numbers.min >= 0 ? { min: 0 } : {}),
    ...(kind === "category" && distinct > 0 && distinct <= MOST_VALUES && distinct < rows
      ? { values: frequent.map(({ value }) => value) }
      : {}),
  };
}

/** Whether numbers count the rows: from the first to the last without a gap. */
function isWhole(numbers: ColumnProfile["numbers"], rows: number): boolean {
  return numbers !== undefined && numbers.max - numbers.min === rows - 1;
}

/** The rules as YAML, a column per line, with what was seen behind it. */
export function schemaText({ columns, rows, source }: TableProfile, schema: TableSchema): string[] {
  return [
    `# Rules for the columns of ${source}, drafted from ${rows.toLocaleString("en-US")} rows: loosen and tighten them.`,
    "# In a recipe: data: { schema: ./schema.yaml }",
    ...columns.map((column) => {
      const rules = Object.entries(schema[column.name]!).map(([name, setting]) => `${name}: ${written(setting)}`);
      const seen = columnWords(column, rows).replaceAll(/\s+/g, " ");
      return `${stringify(column.name, { lineWidth: 0 }).trim()}: { ${rules.join(", ")} }${seen === "" ? "" : ` # ${seen}`}`;
    }),
  ];
}

/** Values in quotation marks: other readers of YAML take No for false. */
function written(setting: unknown): string {
  if (Array.isArray(setting)) return `[${setting.map((value) => JSON.stringify(value)).join(", ")}]`;
  return typeof setting === "string" ? setting : JSON.stringify(setting);
}
