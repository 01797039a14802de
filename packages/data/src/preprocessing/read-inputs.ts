import { ModelwrightError } from "@modelwright/contracts";
import { curedColumn } from "../cures/cured-column.ts";
import { DATE_SPELLINGS } from "../frames/date-spellings.ts";
import { NUMBER_SPELLINGS } from "../frames/number-spellings.ts";
import { type ReadFrame, readFrame } from "../frames/read-frame.ts";
import type { Table } from "../tables/table.ts";
import type { FeatureInput } from "./feature-input.ts";

/**
 * Reads a table as a model was trained to read it: the columns of its inputs, with their kinds and spellings.
 * Other columns are left out. What does not fit is missing; the looks count it.
 *
 * @throws {ModelwrightError} `FEATURES_COLUMN_MISSING`; what `readFrame` throws.
 */
export async function readInputs(
  inputs: readonly Pick<FeatureInput, "name" | "kind" | "spelling" | "cures">[],
  table: Table,
): Promise<ReadFrame> {
  const absent = inputs.find(({ name }) => !table.columns.includes(name));
  if (absent !== undefined)
    throw new ModelwrightError("FEATURES_COLUMN_MISSING", { column: absent.name, available: table.columns });
  const read = await readFrame(table, {
    columns: inputs.map(({ name }) => name),
    kinds: Object.fromEntries(inputs.map(({ name, kind }) => [name, kind])),
    spellings: Object.fromEntries(
      inputs.flatMap(({ name, spelling }) => {
        const known = [...NUMBER_SPELLINGS, ...DATE_SPELLINGS].find((each) => each === spelling);
        return known === undefined ? [] : [[name, known] as const];
      }),
    ),
  });
  const columns = read.frame.columns.map((column, i) => curedColumn(column, inputs[i]!.cures));
  return { ...read, frame: { ...read.frame, columns } };
}
