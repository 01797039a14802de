import { ModelwrightError } from "@modelwright/contracts";

/**
 * A client may have in the queue so many times what is still free of it. One alone gets four fifths of the queue, two
 * four ninths each, and there is always room for the first item of another one. (Dynamic thresholds: Choudhury &
 * Hahne 1998.)
 */
const SHARE_OF_FREE = 4;
/** Nor more than so many even parts of the queue: items wait as often as there are other clients, for all that these may still send. */
const EVEN_PARTS = 2;

export interface Load {
  /** Items that wait. */
  readonly queued: number;
  /** Expected milliseconds until the batches under way are done. */
  readonly runningMs: number;
  /** Expected milliseconds for what waits, with all workers. */
  readonly queuedMs: number;
}

export interface Newcomer {
  /** Its items. */
  readonly items: number;
  /** Clients that have items in the queue. */
  readonly clients: number;
  /** Items of a batch of its lane. */
  readonly maxBatch: number;
  /** Expected milliseconds, with all workers, for what its client has in the queue. */
  readonly clientMs: number;
  /** The same until its own items are through. */
  readonly untilDoneMs: number;
  /** By when it must be answered, from now. */
  readonly timeoutMs: number;
}

export interface Bounds {
  /** Items that may wait. */
  readonly queueLimit: number;
  /** For how long the last item in the queue may have to wait for its batch, as far as that is known. */
  readonly maxWaitMs: number;
}

/** Why a request is refused before it waits; undefined if it is not. A full batch may always wait, or slow models would starve. */
export function refusal(
  load: Load,
  newcomer: Newcomer,
  { queueLimit, maxWaitMs }: Bounds,
): ModelwrightError | undefined {
  const { queued, runningMs, queuedMs } = load;
  const { items, clients, maxBatch, clientMs, untilDoneMs, timeoutMs } = newcomer;
  const retryAfterMs = Math.ceil(runningMs + queuedMs);
  if (queued + items > queueLimit || (queuedMs > maxWaitMs && queued >= maxBatch)) {
    return new ModelwrightError("SERVER_OVERLOADED", { queued, limit: queueLimit, retryAfterMs, maxWaitMs });
  }
  const evenMs = (EVEN_PARTS * maxWaitMs) / Math.max(1, clients);
  const shareMs = Math.ceil(Math.min(SHARE_OF_FREE * (maxWaitMs - queuedMs), evenMs));
  if (clientMs > shareMs && queued >= maxBatch) {
    return new ModelwrightError("SERVER_CLIENT_OVER_SHARE", { waitingMs: Math.ceil(clientMs), shareMs, retryAfterMs });
  }
  const neededMs = Math.ceil(runningMs + untilDoneMs);
  if (queued + runningMs > 0 && neededMs > timeoutMs) {
    return new ModelwrightError("SERVER_DEADLINE_TOO_NEAR", { neededMs, timeoutMs, retryAfterMs });
  }
  return undefined;
}
