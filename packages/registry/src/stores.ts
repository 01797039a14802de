import type { KeyStore } from "./access/key-store.ts";

/** Records beside runs and versions: each kind in a folder of its own, with its tables and its contract. */
export interface Stores {
  readonly keys: KeyStore;
}
