import { plainText, shorten } from "../../wording/plain-text.ts";

/** Where progress goes: a terminal redraws one line, anything else gets a line now and then. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Of a terminal that does not tell its width, or tells 0. */
const DEFAULT_WIDTH = 80;
const REDRAW_MS = 80;
const SPARSE_MS = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a line can be drawn over: a terminal, and not one that only prints (`TERM=dumb`). */
function canRedraw({ isTTY }: ProgressStream, { TERM }: Environment): boolean {
  return isTTY === true && TERM !== "dumb";
}

/** What takes a line of progress off the stream: without control sequences where `NO_COLOR` asks for none. */
export function clearLine(stream: ProgressStream, environment: Environment = process.env): string {
  if (!canRedraw(stream, environment)) return "";
  return environment.NO_COLOR ? `\r${" ".repeat((stream.columns || DEFAULT_WIDTH) - 1)}\r` : "\r\u001b[2K";
}

/**
 * One line of progress, redrawn in place on a terminal.
 *
 * Elsewhere (a log, a pipe) a line is written when at least 10 s have passed since the last one, so that an hour of
 * training is a page of log.
 */
export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #redraws: boolean;
  readonly #clear: () => string;
  #drawn = false;
  #last: number;

  constructor(stream: ProgressStream, now: () => number = Date.now, environment: Environment = process.env) {
    this.#stream = stream;
    this.#now = now;
    this.#redraws = canRedraw(stream, environment);
    this.#clear = () => clearLine(stream, environment);
    this.#last = this.#redraws ? Number.NEGATIVE_INFINITY : now();
  }

  update(text: string): void {
    const now = this.#now();
    if (now - this.#last < (this.#redraws ? REDRAW_MS : SPARSE_MS)) return;
    this.#last = now;
    if (!this.#redraws) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#stream.write(`${this.#clear()}${shorten(plainText(text), (this.#stream.columns || DEFAULT_WIDTH) - 1)}`);
    this.#drawn = true;
  }

  /** Takes the line off the terminal, so that something else can be written. */
  clear(): void {
    if (!this.#drawn) return;
    this.#stream.write(this.#clear());
    this.#drawn = false;
    this.#last = Number.NEGATIVE_INFINITY;
  }
}
