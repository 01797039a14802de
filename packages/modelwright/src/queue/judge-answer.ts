import type { InsideAnswer } from "@modelwright/server";

/** What becomes of a job. */
export type Verdict =
  | { readonly is: "done" }
  /** It may succeed later. */
  | { readonly is: "later"; readonly reason: string; readonly afterMs: number }
  /** It never will. */
  | { readonly is: "never"; readonly reason: string };

/** Of the statuses below 500: too much to do, and it took too long. */
const PASSING: ReadonlySet<number> = new Set([408, 429]);

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/**
 * What is said of an answer: what a client did wrong stays wrong, what a server lacks may pass.
 *
 * @param tries.begun How often the job was begun, this time included.
 */
export function judgeAnswer(
  { status, body, retryAfterMs = 0 }: InsideAnswer,
  {
    begun,
    most,
    firstWaitMs = FIRST_WAIT_MS,
  }: { readonly begun: number; readonly most: number; readonly firstWaitMs?: number },
): Verdict {
  if (status < 400) return { is: "done" };
  const { code, message } = body as { readonly code: string; readonly message: string };
  const reason = `${code}: ${message}`;
  if (status < 500 && !PASSING.has(status)) return { is: "never", reason };
  if (begun >= most) return { is: "never", reason: `${reason} Given up after ${begun} attempts.` };
  return {
    is: "later",
    reason,
    afterMs: Math.max(retryAfterMs, Math.min(LONGEST_WAIT_MS, firstWaitMs * 2 ** (begun - 1))),
  };
}
