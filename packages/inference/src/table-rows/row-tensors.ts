import {
  type InputTensor,
  ModelwrightError,
  type RequestLimits,
  type RowItem,
  showHttpValue,
  type TablePreprocessing,
  type TensorMetadata,
} from "@modelwright/contracts";

interface TableManifest {
  readonly preprocessing: TablePreprocessing;
}

/** The datatype of a column in the Open Inference Protocol; dates go as texts. */
const DATATYPES = { number: "FP64", category: "BYTES", date: "BYTES", text: "BYTES" } as const;

/** An input tensor per column. */
export function rowInputs({ preprocessing: { columns } }: TableManifest): TensorMetadata[] {
  return columns.map(({ name, kind }) => ({ name, datatype: DATATYPES[kind], shape: [-1] }));
}

/**
 * The rows of an inference request: one input per column, `[n]` or `[n, 1]`, flat or nested; the name of an input is its column.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function rowItemsOf(inputs: readonly InputTensor[], { maxItemsPerRequest }: RequestLimits): RowItem[] {
  const [first] = inputs;
  if (first === undefined) fail("inputs", "must hold a tensor per column", "none");
  const rows = first.shape[0] ?? 0;
  if (rows < 1 || rows > maxItemsPerRequest)
    fail("inputs[0].shape", `must hold 1 to ${maxItemsPerRequest} rows`, showHttpValue(first.shape));
  const columns = inputs.map((input, i) => [input.name, valuesOf(input, { rows, at: `inputs[${i}]` })] as const);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]!])),
  );
}

function valuesOf(
  { shape, data }: InputTensor,
  { rows, at }: { readonly rows: number; readonly at: string },
): RowItem[string][] {
  const isFlat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!isFlat || shape[0] !== rows) fail(`${at}.shape`, `must be [${rows}] or [${rows}, 1]`, showHttpValue(shape));
  if (data.length !== rows) fail(`${at}.data`, `must hold ${rows} values as the shape says`, `${data.length}`);
  return data.map((element, i) => {
    const value = shape.length === 2 && Array.isArray(element) && element.length === 1 ? element[0] : element;
    if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as RowItem[string];
    return fail(`${at}.data[${i}]`, "must be a text, a number, true, false or null", showHttpValue(value));
  });
}

function fail(path: string, rule: string, got: string): never {
  throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule, got });
}
