import type { AlertMessage } from "../message.ts";

/** Somebody who is told. */
export interface Channel {
  /** Without a secret: it is shown, and kept beside alerts. */
  readonly name: string;
  /** Rejects with what went wrong, in words. */
  tell(message: AlertMessage): Promise<void>;
}

/** What telling somebody needs beside its settings. */
export interface ChannelContext {
  /** Where commands run. */
  readonly folder: string;
  /** Waits so many milliseconds. Default: by the clock. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}
