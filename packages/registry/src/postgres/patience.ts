/** How long one waits for what, in milliseconds. */
export interface Patience {
  /** For other writers. */
  readonly lock: number;
  /** For a server that was there: longer than a restart takes. */
  readonly reconnect: number;
  /** For a connection to be made. */
  readonly connect: number;
  /** A writer that says nothing for so long has lost its machine or its network: the server ends its transaction. */
  readonly silence: number;
}

export const PATIENCE: Patience = { lock: 60_000, reconnect: 30_000, connect: 15_000, silence: 30_000 };
