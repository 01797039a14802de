import type { KeyStore, StoredKey } from "@modelwright/registry";
import type { Access } from "./guard-routes.ts";
import { KnownKeys } from "./known-keys.ts";

/** The keys of a registry, for the routes of a server. */
export function registryKeys(store: KeyStore, onAway: (error: unknown) => void): Access {
  const known = new KnownKeys({ read: () => store.ring(), now: () => performance.now(), onAway });
  /** The hour of which the store knows that a key was used. */
  const noted = new Map<string, number>();
  return {
    ring: () => known.current(),
    onUse: ({ id }: StoredKey) => {
      const hour = Math.floor(Date.now() / 3_600_000);
      if (noted.get(id) === hour) return;
      noted.set(id, hour);
      // That it was used is worth less than an answer: a registry that is away or read-only does not hold one up.
      store.noteUse([id]).catch(() => {});
    },
  };
}
