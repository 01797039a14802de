import { wrapLine } from "../../wording/terminal-text.ts";
import { shownOn } from "./colours.ts";
import { ProgressLine, type ProgressStream } from "./progress-line.ts";

/**
 * What a verb writes, and where.
 *
 * Without `--json`, what a person reads goes to stdout and progress to stderr. With `--json`, stdout holds exactly one
 * JSON document and everything else goes to stderr. A verb whose stdout is data (`predict`) tells its story on stderr
 * as well: it uses `note`.
 */
export class Screen {
  readonly json: boolean;
  readonly #progress: ProgressLine;
  #out: ProgressStream;
  readonly #err: ProgressStream;

  constructor(
    options: { readonly json: boolean },
    streams: { readonly out: ProgressStream; readonly err: ProgressStream } = {
      out: process.stdout,
      err: process.stderr,
    },
  ) {
    this.json = options.json;
    this.#out = streams.out;
    this.#err = streams.err;
    this.#progress = new ProgressLine(streams.err);
  }

  /** Columns of the terminal on which a reader sees lines; infinite where it is none. */
  get width(): number {
    return widthOf(this.json ? this.#err : this.#out);
  }

  /** Lines for the reader. */
  say(...lines: readonly string[]): void {
    this.#write(this.json ? this.#err : this.#out, lines);
  }

  /** Lines about the work, beside the data on stdout. */
  note(...lines: readonly string[]): void {
    this.#write(this.#err, lines);
  }

  /** Writes to stderr from now on: nobody reads stdout any more. */
  leaveStdout(): void {
    this.#out = this.#err;
  }

  progress(line: string): void {
    this.#progress.update(line);
  }

  endProgress(): void {
    this.#progress.clear();
  }

  /** The one JSON document of `--json`; nothing without it. */
  result(value: unknown): void {
    this.#progress.clear();
    if (this.json) this.#out.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  #write(stream: ProgressStream, lines: readonly string[]): void {
    this.#progress.clear();
    const width = widthOf(stream);
    for (const line of lines.flatMap((text) => text.split("\n")).flatMap((text) => wrapLine(text, width))) {
      stream.write(`${shownOn(stream, line)}\n`);
    }
  }
}

function widthOf({ isTTY, columns }: ProgressStream): number {
  return isTTY === true && columns ? columns : Number.POSITIVE_INFINITY;
}
