/** Pieces of work of which each begins when the one before it has ended. */
export interface Turns {
  /** Settles when the last piece has ended; never rejects. */
  last: Promise<unknown>;
}

/**
 * All sessions on WebGPU write their commands into one encoder of the process: runs that overlap end it under each other, and ONNX Runtime
 * 1.30 does not keep them apart.
 */
export const webgpuTurns: Turns = { last: Promise.resolve() };

/** Does the work when its turn comes; without turns, at once. */
export function inTurn<T>(turns: Turns | undefined, work: () => Promise<T>): Promise<T> {
  if (turns === undefined) return work();
  const result = turns.last.then(work);
  turns.last = result.catch(() => undefined);
  return result;
}
