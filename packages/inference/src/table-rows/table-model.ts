import { ModelwrightError, type RowItem, showHttpValue, type TablePreprocessing } from "@modelwright/contracts";
import { type Frame, rowsFrame, takeRows, valueFeeds, vectorFeeds } from "@modelwright/data";
import type { Session } from "@modelwright/engine";
import type { PredictRequest, WarmUp } from "../loaded-model.ts";
import { unreadable } from "../open-version.ts";
import type { ColumnEncoders } from "./column-encoders.ts";
import type { OpenedTable } from "./open-table.ts";

/** What a table's manifest says of its rows. */
interface TableManifest {
  readonly preprocessing: TablePreprocessing;
}

/** An output of the graph that holds some numbers per row. */
export interface TableOutput {
  readonly name: string;
  /** Numbers per row. */
  readonly columns: number;
}

/** Rows of one run of the session: enough to keep its threads busy, few enough to stop in between. */
const ROWS_PER_RUN = 4096;

/** Of a text to warm up with: as long as most encoders read. */
const WARM_UP_WORDS = 128;

/** A version whose graph reads the columns of a table: what the tasks on tables share. */
export abstract class TableModel<Manifest extends TableManifest, Raw> {
  readonly manifest: Manifest;
  readonly #session: Session;
  readonly #outputs: readonly TableOutput[];
  readonly #encoders: ColumnEncoders | undefined;

  /**
   * @param version Its session belongs to this model from now on.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` for a graph with other inputs or outputs; its session is released.
   */
  protected constructor(
    {
      manifest,
      session,
      file,
      encoders,
    }: Pick<OpenedTable<never>, "session" | "file" | "encoders"> & {
      readonly manifest: Manifest;
    },
    outputs: readonly TableOutput[],
  ) {
    this.manifest = manifest;
    this.#session = session;
    this.#outputs = outputs;
    this.#encoders = encoders;
    const problem = signatureProblem(session, { manifest, outputs });
    if (problem === undefined) return;
    session.release();
    encoders?.release();
    unreadable(file, problem);
  }

  /** What the numbers of a row say, by output; the arrays may be read until this returns. */
  protected abstract readRow(values: Readonly<Record<string, Float32Array>>): Raw;

  /**
   * Makes rows ready.
   *
   * @throws {ModelwrightError} `MODEL_INPUT_INVALID` for what is no list of rows; `FEATURES_…` naming row, column and value.
   */
  prepare(rows: readonly RowItem[]): {
    run(request?: Pick<PredictRequest<never>, "signal" | "blocking">): Promise<Raw[]>;
  } {
    requireRows(rows);
    return this.prepareFrame(rowsFrame(this.manifest.preprocessing.columns, rows));
  }

  /** The same of rows that are columns already. */
  prepareFrame(frame: Frame): {
    run(request?: Pick<PredictRequest<never>, "signal" | "blocking">): Promise<Raw[]>;
  } {
    const { columns } = this.manifest.preprocessing;
    const names = this.#outputs.map(({ name }) => name);
    const parts = Array.from({ length: Math.ceil(frame.rows / ROWS_PER_RUN) }, (_, part) => {
      const start = part * ROWS_PER_RUN;
      const rows = Math.min(ROWS_PER_RUN, frame.rows - start);
      if (rows === frame.rows) return frame;
      return takeRows(
        frame,
        Int32Array.from({ length: rows }, (__, row) => start + row),
      );
    });
    const prepared = parts.map((part) => ({
      rows: part.rows,
      values: valueFeeds(columns, part),
      texts: this.#encoders?.prepare(part, columns),
    }));
    return {
      run: async ({ signal, blocking = false } = {}) => {
        signal?.throwIfAborted();
        const answers: Raw[] = [];
        for (const { rows, values, texts } of prepared) {
          signal?.throwIfAborted();
          const vectors = texts && vectorFeeds(columns, await texts.run({ signal, blocking }));
          const outputs = await this.#session.run({ ...values, ...vectors }, names, { blocking });
          for (let row = 0; row < rows; row++) answers.push(this.readRow(this.#rowOf(outputs, row)));
        }
        return answers;
      },
    };
  }

  #rowOf(outputs: Readonly<Record<string, { readonly data: unknown }>>, row: number): Record<string, Float32Array> {
    return Object.fromEntries(
      this.#outputs.map(({ name, columns }) => [
        name,
        (outputs[name]!.data as Float32Array).subarray(row * columns, (row + 1) * columns),
      ]),
    );
  }

  /** Runs what the first request would wait for. */
  async warmUp(): Promise<WarmUp> {
    const row = this.manifest.preprocessing.columns.map(({ name, vector }) => {
      return [name, vector === undefined ? null : "warm up ".repeat(WARM_UP_WORDS)] as const;
    });
    const start = performance.now();
    await this.prepare([Object.fromEntries(row)]).run();
    return { longestItemMs: performance.now() - start };
  }

  /** Frees the sessions; nothing may be asked afterwards. */
  release(): void {
    this.#session.release();
    this.#encoders?.release();
  }
}

/**
 * Checks what a program without types may get wrong.
 * @throws {ModelwrightError} `MODEL_INPUT_INVALID` naming the row.
 */
function requireRows(rows: unknown): asserts rows is readonly RowItem[] {
  const refuse = (path: string, rule: string, value: unknown) =>
    new ModelwrightError("MODEL_INPUT_INVALID", { path, rule, got: showHttpValue(value) });
  if (!Array.isArray(rows)) throw refuse("rows", "a list of rows", rows);
  const wrong = rows.findIndex((row) => typeof row !== "object" || row === null || Array.isArray(row));
  if (wrong >= 0) throw refuse(`rows[${wrong}]`, "a row, { column: value }", rows[wrong]);
}

/** What a row must be for a version; undefined where it is that. */
export function unfitRow(row: RowItem, { preprocessing: { columns } }: TableManifest): string | undefined {
  try {
    valueFeeds(columns, rowsFrame(columns, [row]));
    return undefined;
  } catch (error) {
    if (error instanceof ModelwrightError && error.status === 400)
      // Where the row stands, the caller says: here it is always the first.
      return `a row of the model's columns: ${error.problem.replace(/^row 1:? /, "")}`;
    throw error;
  }
}

function signatureProblem(
  session: Session,
  { manifest, outputs }: { readonly manifest: TableManifest; readonly outputs: readonly TableOutput[] },
): string | undefined {
  const { columns } = manifest.preprocessing;
  const feeds = columns.flatMap(({ name, feed, vector }) =>
    [feed, vector?.feed].flatMap((each) => (each === undefined ? [] : [{ name, feed: each }])),
  );
  const missing = feeds.find(({ feed }) => !session.inputs.some((input) => input.name === feed));
  if (missing !== undefined) return `the graph has no input "${missing.feed}" for the column "${missing.name}"`;
  const extra = session.inputs.find(({ name }) => !feeds.some(({ feed }) => feed === name));
  if (extra !== undefined) return `the graph has an input "${extra.name}", which is no column of the manifest`;
  for (const { name, columns } of outputs) {
    const found = session.outputs.find((output) => output.name === name && output.dtype === "float32");
    if (found === undefined) return `the graph has no float32 output "${name}"`;
    const width = found.shape[1];
    if (found.shape.length !== 2 || (typeof width === "number" && width >= 0 && width !== columns))
      return `the output "${name}" has shape [${found.shape.join(", ")}], not [rows, ${columns}]`;
  }
  return undefined;
}
