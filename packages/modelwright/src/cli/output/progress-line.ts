import { plainText, shorten } from "../../wording/plain-text.ts";

/** Where progress goes: a terminal redraws one line, anything else gets a line now and then. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = "\r\u001b[2K";
/** Of a terminal that does not tell its width, or tells 0. */
const DEFAULT_WIDTH = 80;
const REDRAW_MS = 80;
const SPARSE_MS = 10_000;

/**
 * One line of progress, redrawn in place on a terminal.
 *
 * Elsewhere (a log, a pipe) a line is written when at least 10 s have passed since the last one, so that an hour of
 * training is a page of log.
 */
export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #drawn = false;
  #last: number;

  constructor(stream: ProgressStream, now: () => number = Date.now) {
    this.#stream = stream;
    this.#now = now;
    this.#last = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
  }

  update(text: string): void {
    const now = this.#now();
    if (now - this.#last < (this.#stream.isTTY ? REDRAW_MS : SPARSE_MS)) return;
    this.#last = now;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#stream.write(`${CLEAR_LINE}${shorten(plainText(text), (this.#stream.columns || DEFAULT_WIDTH) - 1)}`);
    this.#drawn = true;
  }

  /** Takes the line off the terminal, so that something else can be written. */
  clear(): void {
    if (!this.#drawn) return;
    this.#stream.write(CLEAR_LINE);
    this.#drawn = false;
    this.#last = Number.NEGATIVE_INFINITY;
  }
}
