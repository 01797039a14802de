import { FEEDBACK_WAYS, ModelwrightError } from "@modelwright/contracts";
import { type Cell, cellAt, type Table, type TableRow } from "@modelwright/data";
import type { AddedFeedback, FeedbackKind, FeedbackStore, JsonValue, NewFeedback } from "@modelwright/registry";

/** Columns that a file of feedback may have, beside one or more of the ways to say something. */
const OTHERS = ["prediction", "id", "by", "at"] as const;
type ColumnName = (typeof OTHERS)[number] | FeedbackKind;

/**
 * Keeps the feedback of a table: of each row its prediction and what one of the columns truth, correction, thumb and comment
 * says; all of the table or nothing. A row that says nothing is passed over.
 *
 * @param options.by Who says it, where no column does.
 * @returns What became of it, and how many rows said nothing.
 * @throws {ModelwrightError} `FEEDBACK_COLUMN_MISSING`; with file and line, what `FeedbackStore.add` throws.
 */
export async function importFeedback(
  store: FeedbackStore,
  table: Table,
  { by }: { readonly by: string },
): Promise<AddedFeedback & { readonly silent: number }> {
  const places = placesOf(table);
  const feedback: NewFeedback[] = [];
  const lines: number[] = [];
  let silent = 0;
  for await (const row of table.rows) {
    const said = entriesOf(row, places, by, table.name);
    if (said.length === 0) silent += 1;
    feedback.push(...said);
    lines.push(...said.map(() => row.line));
  }
  const where = (index: number) => `${table.name}:${lines[index]}`;
  return { ...(await store.add(feedback, { where })), silent };
}

function placesOf({ columns, name }: Table): ReadonlyMap<ColumnName, number> {
  const places = new Map<ColumnName, number>();
  for (const column of [...OTHERS, ...FEEDBACK_WAYS]) {
    const place = columns.indexOf(column);
    if (place >= 0) places.set(column, place);
  }
  const ways = FEEDBACK_WAYS.filter((way) => places.has(way));
  const missing = !places.has("prediction") ? "prediction" : ways.length === 0 ? "truth" : undefined;
  if (missing === undefined) return places;
  throw new ModelwrightError("FEEDBACK_COLUMN_MISSING", { file: name, column: missing, available: columns });
}

function entriesOf(
  row: TableRow,
  places: ReadonlyMap<ColumnName, number>,
  by: string,
  source: string,
): readonly NewFeedback[] {
  const textOf = (column: ColumnName) => {
    const place = places.get(column);
    return place === undefined ? undefined : cellAt(row, place);
  };
  const said = FEEDBACK_WAYS.flatMap((kind) => {
    const cell = textOf(kind);
    return cell === undefined || cell.kind === "null" ? [] : [{ kind, value: cellValue(cell) }];
  });
  if (said.length === 0) return [];
  const prediction = textOf("prediction")?.text.trim();
  if (prediction === undefined) {
    const details = { where: `${source}:${row.line}, prediction`, rule: "the id of a prediction", got: "nothing" };
    throw new ModelwrightError("REGISTRY_VALUE_INVALID", details);
  }
  const [id, who, at] = [textOf("id")?.text.trim(), textOf("by")?.text.trim(), textOf("at")?.text.trim()];
  return said.map(({ kind, value }) => ({
    prediction: /\.\d+$/.test(prediction) ? prediction : `${prediction}.0`,
    kind,
    value,
    by: who ?? by,
    // One row may say several things; each is feedback of its own.
    ...(id !== undefined && { id: said.length === 1 ? id : `${id} ${kind}` }),
    ...(at !== undefined && { at: momentOf(at) }),
  }));
}

function cellValue({ text, kind }: Cell): JsonValue {
  return kind === undefined ? text : (JSON.parse(text) as JsonValue);
}

/** As records have it; what is no moment is refused there, as it was written. */
function momentOf(text: string): string {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}
