import { createInterface } from "node:readline";

interface KeyStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

const [INTERRUPT, END] = ["\u0003", "\u0004"];

/**
 * What somebody types: key by key on a terminal, line by line otherwise. It ends with the input, and by Ctrl-C or Ctrl-D.
 *
 * @param options.byKey Whether one key is an answer.
 */
export async function* typedKeys(
  { byKey }: { readonly byKey: boolean },
  input: KeyStream = process.stdin,
): AsyncGenerator<string> {
  if (byKey && input.isTTY === true && input.setRawMode !== undefined) yield* keysOf(input);
  else yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

async function* keysOf(input: KeyStream): AsyncGenerator<string> {
  input.setRawMode!(true);
  input.setEncoding("utf8");
  try {
    for await (const chunk of input) {
      for (const key of chunk as string) {
        if (key === INTERRUPT || key === END) return;
        yield key === "\r" || key === "\n" ? "" : key;
      }
    }
  } finally {
    input.setRawMode!(false);
    input.pause();
  }
}
