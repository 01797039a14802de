/** Time as the queue sees it; tests give one that passes as fast as they like. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** @returns Calls it off. */
  after(ms: number, action: () => void): () => void;
  /** Once this turn of the event loop is over. */
  soon(action: () => void): void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  soon: (action) => {
    setImmediate(action);
  },
};
