import { ModelwrightError } from "@modelwright/contracts";

/**
 * An error about one of some rows that are predicted together, with the number of that row in the whole table.
 *
 * @param rows.items What is predicted of each row of the batch; undefined for a row that has nothing.
 * @param rows.before Rows of earlier batches.
 */
export function withRowNumber(
  error: unknown,
  { items, before }: { readonly items: readonly unknown[]; readonly before: number },
): unknown {
  if (!(error instanceof ModelwrightError)) return error;
  const given: { readonly row?: unknown } = error.details as object;
  const { row } = given;
  if (typeof row !== "number") return error;
  const places = [...items.keys()].filter((place) => items[place] !== undefined);
  const details = { ...given, row: before + (places[row - 1] ?? row - 1) + 1 };
  return new ModelwrightError(error.code, details as never, { cause: error });
}
