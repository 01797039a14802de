import { type ErrorCode, ModelwrightError } from "@modelwright/contracts";
import type { TableRow } from "@modelwright/data";
import type { ShownAnswer } from "../../tasks/task.ts";
import type { Item, PredictionSource } from "./prediction-arguments.ts";

/** A row with what came of it. */
export interface AnsweredRow {
  readonly row: TableRow;
  /** Undefined: the row has nothing to predict of. */
  readonly item?: Item | undefined;
  /** As many as were asked for of each row; none of a row without an item, and of one that cannot be predicted. */
  readonly answers: readonly ShownAnswer[];
  readonly error?: ModelwrightError;
}

/** What says that a single row is not as the model wants it: others beside it can be predicted. */
const OF_A_ROW: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "DATA_VALUE_TYPE",
  "DATA_CONVERSATION_INVALID",
  "DATA_SPAN_INVALID",
  "FEATURES_VALUE_INVALID",
  "FEATURES_CATEGORY_UNKNOWN",
  "MODEL_INPUT_INVALID",
  "MODEL_CONVERSATION_TOO_LONG",
  "SERIES_TIME_INVALID",
  "SERIES_TIME_REPEATED",
  "SERIES_OFF_GRID",
  "SERIES_TOO_SHORT",
  "SERIES_FUTURE_MISSING",
]);

export interface AnswerRowsOptions {
  readonly source: PredictionSource;
  /** Rows that are answered together: what a model says of a row may depend on it in the last digits. */
  readonly rowsAtOnce: number;
  /** Rows from the first one that are read over. A multiple of `rowsAtOnce`, or all. */
  readonly skip: number;
  /** The answers to each item. */
  readonly ask: (items: readonly Item[]) => Promise<readonly (readonly ShownAnswer[])[]>;
  /** Shown every item, also of the rows that are read over. */
  readonly look: (items: readonly Item[]) => void;
  /** What becomes of a row that cannot be predicted: an error of the run, or its own. */
  readonly badRows: "stop" | "keep";
  /** An error of a row in the reader's terms, for a run that stops at it. */
  readonly placed: (error: ModelwrightError, row: TableRow, number: number) => ModelwrightError;
}

interface ReadRow {
  readonly row: TableRow;
  readonly item?: Item | undefined;
  readonly error?: ModelwrightError;
}

/**
 * Answers the rows of a source, some at a time and in their order. The next rows are read while the model works.
 *
 * @throws {ModelwrightError} What is wrong with a row, unless such rows are kept; what stops the whole run in any case.
 */
export async function* answerRows(options: AnswerRowsOptions): AsyncGenerator<readonly AnsweredRow[]> {
  const { skip, look, badRows } = options;
  let before = 0;
  for await (const rows of ahead(batches(options))) {
    look(rows.map(({ item }) => item).filter((item) => item !== undefined));
    if (before >= skip) {
      const failed = (error: ModelwrightError, row: TableRow) => {
        if (badRows === "stop")
          throw options.placed(error, row, before + rows.findIndex((each) => each.row === row) + 1);
        return error;
      };
      yield await answered(rows, { ...options, failed });
    }
    before += rows.length;
  }
}

interface Asking extends Pick<AnswerRowsOptions, "ask"> {
  /** @throws Where a run stops at such a row. */
  readonly failed: (error: ModelwrightError, row: TableRow) => ModelwrightError;
}

async function answered(rows: readonly ReadRow[], asking: Asking): Promise<AnsweredRow[]> {
  const fit = rows.filter(({ item, error }) => {
    return item !== undefined && error === undefined;
  });
  const told = (await askEach(fit, asking)).values();
  return rows.map(({ row, item, error }) => {
    if (error !== undefined) return { row, answers: [], error: asking.failed(error, row) };
    if (item === undefined) return { row, answers: [] };
    const answers = told.next().value!;
    return answers instanceof ModelwrightError ? { row, item, answers: [], error: answers } : { row, item, answers };
  });
}

/** Asks for all together; where one of them cannot be answered for each half, down to that one. */
async function askEach(
  rows: readonly ReadRow[],
  asking: Asking,
): Promise<readonly (readonly ShownAnswer[] | ModelwrightError)[]> {
  if (rows.length === 0) return [];
  try {
    return await asking.ask(rows.map(({ item }) => item!));
  } catch (error) {
    if (!isOfARow(error)) throw error;
    if (rows.length === 1) return [asking.failed(error, rows[0]!.row)];
  }
  const half = rows.length >> 1;
  return [...(await askEach(rows.slice(0, half), asking)), ...(await askEach(rows.slice(half), asking))];
}

function isOfARow(error: unknown): error is ModelwrightError {
  return error instanceof ModelwrightError && OF_A_ROW.has(error.code);
}

async function* batches({
  source,
  rowsAtOnce,
}: Pick<AnswerRowsOptions, "source" | "rowsAtOnce">): AsyncGenerator<ReadRow[]> {
  let batch: ReadRow[] = [];
  for await (const row of source.table.rows) {
    batch.push(read(row, source));
    if (batch.length < rowsAtOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function read(row: TableRow, { itemOf }: PredictionSource): ReadRow {
  try {
    return { row, item: itemOf(row) };
  } catch (error) {
    if (isOfARow(error)) return { row, error };
    throw error;
  }
}

/** The same, with the next value on its way while one is used. */
async function* ahead<T>(values: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = values.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = values.next();
      // It is told where it is waited for.
      next.catch(() => {});
      yield value;
    }
  } finally {
    // Not waited for: a pipe may never say more.
    void values.return(undefined).catch(() => {});
  }
}
