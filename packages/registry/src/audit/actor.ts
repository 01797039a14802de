import { hostname, userInfo } from "node:os";

export const ACTOR_KINDS = ["user", "key", "anyone"] as const;

/** Whoever does something: a user of a machine, the holder of a key, or whoever reaches a server without keys. */
export interface Actor {
  readonly kind: (typeof ACTOR_KINDS)[number];
  /** Of the user, or of the key; absent for anyone. */
  readonly name?: string;
  /** Of the key. */
  readonly key?: string;
  /** The machine of a user, the address of who asked a server. */
  readonly from: string;
}

/** Whose process this is, as the system says it; containers may run under a number without a name. */
export function localActor(): Actor {
  return { kind: "user", name: userName(), from: hostname() };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
