import type { GenerationRequest } from "./generate-options.ts";
import { TextQueue } from "./text-queue.ts";

type Followed = Pick<GenerationRequest, "signal" | "onText">;

/**
 * What a model writes, as it comes. Whoever leaves the loop ends the writing.
 *
 * @param write Begins the writing, and is told of its texts and its end by what it is given.
 * @param signal Ends the writing between two tokens. Default: nothing does but the end of the loop.
 * @returns Parts of the text; behind the last, what `write` gives.
 */
export async function* streamTexts<T>(
  write: (followed: Followed) => Promise<T>,
  signal?: AbortSignal,
): AsyncGenerator<string, T, undefined> {
  const left = new AbortController();
  const texts = new TextQueue();
  const writing = write({
    signal: signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]),
    onText: (text) => texts.push(text),
  });
  const end = () => texts.end();
  writing.then(end, end);
  try {
    yield* texts;
    return await writing;
  } finally {
    left.abort();
  }
}
