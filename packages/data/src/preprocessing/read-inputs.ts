import { ModelwrightError } from "@modelwright/contracts";
import { type ReadFrame, readFrame } from "../frames/read-frame.ts";
import type { Table } from "../tables/table.ts";
import type { FeatureInput } from "./feature-input.ts";

/**
 * Reads a table as a model was trained to read it: the columns of its inputs, with their kinds and spellings. Other columns are left out.
 * What does not fit is missing; the looks count it.
 *
 * @throws {ModelwrightError} `FEATURES_COLUMN_MISSING`; what `readFrame` throws.
 */
export async function readInputs(inputs: readonly FeatureInput[], table: Table): Promise<ReadFrame> {
  const absent = inputs.find(({ name }) => !table.columns.includes(name));
  if (absent !== undefined)
    throw new ModelwrightError("FEATURES_COLUMN_MISSING", { column: absent.name, available: table.columns });
  return readFrame(table, {
    columns: inputs.map(({ name }) => name),
    kinds: Object.fromEntries(inputs.map(({ name, kind }) => [name, kind])),
    spellings: Object.fromEntries(
      inputs.flatMap(({ name, spelling }) => (spelling ? [[name, spelling] as const] : [])),
    ),
  });
}
