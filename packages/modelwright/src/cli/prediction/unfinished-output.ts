import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { isAlive, type RunProcess, thisProcess } from "../../pipeline/run-process.ts";
import type { OutputCell } from "../tables/write-table.ts";
import { type ColumnType, withCell } from "./column-types.ts";
import { outputFormat } from "./output-formats.ts";
import { differences, type PredictionPlan } from "./prediction-plan.ts";

/** How far a run has come. */
export interface OutputCounts {
  /** Of the input. */
  readonly rows: number;
  /** Of these, rows that have nothing to predict of. */
  readonly missing: number;
  /** Of these, rows that could not be predicted. */
  readonly bad: number;
}

/** A line of the journal: what is safely on the disk. */
interface Checkpoint extends OutputCounts {
  /** Rows of the output. */
  readonly written: number;
  /** Of the unfinished file. */
  readonly bytes: number;
  readonly types: readonly (ColumnType | null)[];
}

export interface UnfinishedOptions {
  /** The file that is to be written. */
  readonly path: string;
  readonly columns: readonly string[];
  /** Columns whose type in Parquet is known; the others have what their values come to. */
  readonly types?: ReadonlyMap<string, string>;
  /** What the rows are predicted by and of. Undefined: it cannot go on when it was interrupted. */
  readonly plan: PredictionPlan | undefined;
  /** Begins with the first row, whatever is there. */
  readonly restart: boolean;
  /** Between checkpoints. Default: a second. */
  readonly everyMs?: number;
}

const START: Checkpoint = { rows: 0, missing: 0, bad: 0, written: 0, bytes: 0, types: [] };
const EVERY_MS = 1000;

/**
 * The output of a run in the making: a folder beside the file, `<file>.unfinished`, with the rows so far, a plan that says what
 * they are of, and a journal of how many of them are on the disk. A run that was killed at any point goes on behind the
 * last line of the journal, and what it writes is the same to the byte.
 */
export class UnfinishedOutput {
  readonly #options: UnfinishedOptions;
  readonly #folder: string;
  readonly #rows: FileHandle;
  readonly #journal: FileHandle;
  /** Rows that an earlier run has written. */
  readonly resumed: OutputCounts;
  #now: Checkpoint;
  #types: (ColumnType | undefined)[];
  #savedAt = performance.now();

  private constructor(
    options: UnfinishedOptions,
    opened: {
      readonly folder: string;
      readonly rows: FileHandle;
      readonly journal: FileHandle;
      readonly at: Checkpoint;
    },
  ) {
    this.#options = options;
    this.#folder = opened.folder;
    this.#rows = opened.rows;
    this.#journal = opened.journal;
    this.#now = opened.at;
    this.#types = options.columns.map((_, place) => opened.at.types[place] ?? undefined);
    this.resumed = opened.at;
  }

  /** @throws {ModelwrightError} `CLI_OUTPUT_BUSY`, `CLI_OUTPUT_UNFINISHED`, `CLI_OUTPUT_UNWRITABLE`. */
  static async open(options: UnfinishedOptions): Promise<UnfinishedOutput> {
    const { path, plan, restart, columns } = options;
    const folder = `${path}.unfinished`;
    return writing(path, async () => {
      const owner = await readJson<RunProcess>(join(folder, "owner.json"));
      const self = thisProcess();
      if (owner !== undefined && owner.host === self.host && owner.pid !== self.pid && isAlive(owner))
        throw new ModelwrightError("CLI_OUTPUT_BUSY", { path, pid: owner.pid });
      const earlier = await readJson<PredictionPlan>(join(folder, "plan.json"));
      const goesOn = !restart && plan !== undefined && earlier !== undefined;
      const differs = goesOn ? differences(earlier, plan) : [];
      if (differs.length > 0) throw new ModelwrightError("CLI_OUTPUT_UNFINISHED", { path, folder, differs });
      if (!goesOn) await rm(folder, { recursive: true, force: true });
      // Not its parents: a folder that is not there is a slip of the pen.
      await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      });
      await replace(join(folder, "owner.json"), JSON.stringify(self));
      if (!goesOn && plan !== undefined) await replace(join(folder, "plan.json"), JSON.stringify(plan, undefined, 2));
      const names = { rows: join(folder, "rows"), journal: join(folder, "journal.jsonl") };
      const at = await lastCheckpoint(names);
      const rows = await open(names.rows, "a");
      await rows.truncate(at.bytes);
      // Without a line that was torn: what is added would stand behind it.
      await replace(names.journal, at === START ? "" : `${JSON.stringify(at)}\n`);
      const journal = await open(names.journal, "a");
      const output = new UnfinishedOutput(options, { folder, rows, journal, at });
      if (at === START) await output.#write(outputFormat(path).header(columns));
      return output;
    });
  }

  /** Rows of the output so far. */
  get written(): number {
    return this.#now.written;
  }

  /** Adds the rows of the output for some rows of the input. */
  async append(rows: readonly (readonly OutputCell[])[], counts: OutputCounts): Promise<void> {
    const { path, columns, everyMs = EVERY_MS } = this.#options;
    await writing(path, async () => {
      const format = outputFormat(path);
      if (format.isTyped)
        for (const row of rows) this.#types = this.#types.map((type, place) => withCell(type, row[place]));
      await this.#write(rows.map((row) => format.row(row, columns)).join(""));
      const { rows: before, missing, bad, written } = this.#now;
      this.#now = {
        ...this.#now,
        rows: before + counts.rows,
        missing: missing + counts.missing,
        bad: bad + counts.bad,
        written: written + rows.length,
      };
      if (performance.now() - this.#savedAt >= everyMs) await this.#save();
    });
  }

  /** Makes the file, in its place at once, and takes the folder away. */
  async finish(): Promise<void> {
    const { path, columns, types } = this.#options;
    await writing(path, async () => {
      await this.#save();
      await this.#close();
      const typed = columns.map((name, place) => ({ name, type: types?.get(name) ?? this.#types[place] ?? "VARCHAR" }));
      await outputFormat(path).finish(join(this.#folder, "rows"), path, typed);
      await this.discard();
    });
  }

  /**
   * Leaves what there is to a later run.
   *
   * @returns The folder and how many rows of the input are kept there; undefined where nothing can go on.
   */
  async keep(): Promise<{ readonly folder: string; readonly rows: number } | undefined> {
    const { plan, path } = this.#options;
    if (plan === undefined || this.#now.rows === 0) {
      await this.discard();
      return undefined;
    }
    return writing(path, async () => {
      await this.#save();
      await this.#close();
      await rm(join(this.#folder, "owner.json"));
      return { folder: this.#folder, rows: this.#now.rows };
    });
  }

  /** Takes away what was written. */
  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(text: string): Promise<void> {
    await this.#rows.appendFile(text);
    this.#now = { ...this.#now, bytes: this.#now.bytes + Buffer.byteLength(text) };
  }

  async #save(): Promise<void> {
    await this.#rows.datasync();
    await this.#journal.appendFile(
      `${JSON.stringify({ ...this.#now, types: this.#types.map((type) => type ?? null) })}\n`,
    );
    await this.#journal.datasync();
    this.#savedAt = performance.now();
  }

  async #close(): Promise<void> {
    await this.#rows.close();
    await this.#journal.close();
  }
}

/** What the journal says last of rows that are there; a line that was torn when the process was killed is none. */
async function lastCheckpoint(names: { readonly rows: string; readonly journal: string }): Promise<Checkpoint> {
  const size = await stat(names.rows).then(
    (found) => found.size,
    () => 0,
  );
  const journal = await readFile(names.journal, "utf8").catch(() => "");
  for (const line of journal.split("\n").reverse()) {
    const checkpoint = parsed<Checkpoint>(line);
    if (checkpoint !== undefined && checkpoint.bytes <= size) return checkpoint;
  }
  return START;
}

async function readJson<T>(file: string): Promise<T | undefined> {
  return parsed<T>(await readFile(file, "utf8").catch(() => ""));
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Writes a small file that is complete or as it was. */
async function replace(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, text, { flush: true });
  await rename(unfinished, path);
}

/** @throws {ModelwrightError} `CLI_OUTPUT_UNWRITABLE` for what the file system refuses. */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ModelwrightError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ModelwrightError("CLI_OUTPUT_UNWRITABLE", { path, problem }, { cause });
  }
}
