import type { Generation, GenerationRequest } from "./generate-options.ts";
import type { TextReader, TokenRows } from "./rows/token-rows.ts";
import { searchText } from "./search-text.ts";
import { Writing, type WritingModel } from "./writing.ts";

/** A text that waits or is being written, and whoever waits for it. */
interface Task {
  readonly writing: Writing;
  /** What an encoder reads. */
  readonly source: readonly number[] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onText: ((text: string) => void) | undefined;
  readonly resolve: (generation: Generation) => void;
  readonly reject: (reason: unknown) => void;
}

export interface GeneratorOptions extends WritingModel {
  /** Texts that are written side by side; more wait. */
  readonly mostRows: number;
}

/**
 * Writes texts side by side: one run of the model gives the next token of all of them. A text that comes while others are written joins
 * them at the next token, and one that ends leaves.
 */
export class Generator {
  readonly #reader: TextReader;
  readonly #options: GeneratorOptions;
  #waiting: Task[] = [];
  #active: Task[] = [];
  /** Of the active tasks, in their order. */
  #rows: TokenRows | undefined;
  #isRunning = false;
  /** Beam searches under way, which read rows of their own. */
  #searches = 0;
  #isReleased = false;

  constructor(reader: TextReader, options: GeneratorOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  /** @throws The signal's reason; what a run of the model throws. */
  generate(request: GenerationRequest): Promise<Generation> {
    const { prompt, source, options, signal, onText } = request;
    if ((options.beams ?? 1) > 1) return this.#search(request);
    return new Promise((resolve, reject) => {
      const writing = new Writing(this.#options, prompt, options);
      this.#waiting.push({ writing, source, signal, onText, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** Frees the reader when the texts under way are written. */
  release(): void {
    this.#isReleased = true;
    this.#releaseUnused();
  }

  #releaseUnused(): void {
    if (this.#isReleased && !this.#isRunning && this.#searches === 0) this.#reader.release();
  }

  async #search(request: GenerationRequest): Promise<Generation> {
    this.#searches++;
    try {
      return await searchText(this.#reader, this.#options, request);
    } finally {
      this.#searches--;
      this.#releaseUnused();
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // What is asked for in the same turn is read together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length + this.#active.length > 0) {
      await this.#admit();
      await this.#step();
    }
    this.#isRunning = false;
    this.#releaseUnused();
  }

  /** Reads the prompts of texts that wait, as far as there is room, and lets them join the others. */
  async #admit(): Promise<void> {
    const room = this.#options.mostRows - this.#active.length;
    const tasks = this.#waiting.splice(0, room).filter((task) => !rejectAborted(task));
    if (tasks.length === 0) return;
    let rows: TokenRows | undefined;
    try {
      const beginnings = tasks.map(({ writing: { tokens }, source }) => ({ tokens, source }));
      rows = await this.#reader.begin(beginnings, signalOf(tasks));
      const unfinished = await chooseTokens(tasks, rows);
      if (unfinished.length === 0) rows.release();
      else if (this.#rows === undefined) this.#rows = rows;
      else await this.#rows.join(rows);
      this.#active.push(...unfinished);
    } catch (error) {
      rows?.release();
      for (const { reject } of tasks) reject(error);
    }
  }

  /** Writes the next token of every active text. */
  async #step(): Promise<void> {
    const rows = this.#rows;
    if (rows === undefined) return;
    const tasks = this.#active;
    try {
      await rows.next(
        tasks.map(({ writing }) => writing.lastToken),
        signalOf(tasks),
      );
      this.#active = await chooseTokens(tasks, rows);
    } catch (error) {
      this.#active = [];
      for (const { reject } of tasks) reject(error);
    }
    if (this.#active.length > 0) return;
    rows.release();
    this.#rows = undefined;
  }
}

/** Chooses a token for each text. Those that go on, and their rows, are kept; what goes wrong with one ends that one. */
async function chooseTokens(tasks: readonly Task[], rows: TokenRows): Promise<Task[]> {
  const kept: number[] = [];
  for (const [row, task] of tasks.entries()) {
    if (rejectAborted(task)) continue;
    const { writing, onText, resolve, reject } = task;
    try {
      writing.choose(rows.scores(row));
      const text = writing.takeText();
      if (text !== "") onText?.(text);
    } catch (error) {
      reject(error);
      continue;
    }
    if (writing.generation === undefined) kept.push(row);
    else resolve(writing.generation);
  }
  if (kept.length > 0 && kept.length < tasks.length) await rows.select(kept);
  return kept.map((row) => tasks[row]!);
}

/** Whether nobody waits for a text any more. */
function rejectAborted({ signal, reject }: Task): boolean {
  if (signal?.aborted) reject(signal.reason);
  return signal?.aborted ?? false;
}

/** What stops a run of the model: the end of its only text. */
function signalOf(tasks: readonly Task[]): AbortSignal | undefined {
  return tasks.length === 1 ? tasks[0]!.signal : undefined;
}
