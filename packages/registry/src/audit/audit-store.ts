import type { UnreadableRecord } from "../records/unreadable-record.ts";
import type { Actor } from "./actor.ts";

/** What is written down. */
export const AUDIT_ACTIONS = [
  "key.create",
  "key.revoke",
  "alias.set",
  "alias.remove",
  "alias.rollback",
  "archive.put",
  "archive.restore",
  "version.delete",
  "run.delete",
  "traffic.start",
  "traffic.step",
  "traffic.end",
  "feedback.decide",
  "predictions.erase",
  "predictions.expire",
  "model.load",
  "model.unload",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Facts beside a target: numbers, names and times, never what was predicted or said. */
export type AuditDetails = Readonly<Record<string, string | number | readonly string[] | null>>;

/** Something that was done. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** The one model that it is about; absent where it is about none, or several. */
  readonly model?: string;
  /** What it was done to, for people: `tickets@champion`, `key shop`. */
  readonly target: string;
  readonly details?: AuditDetails;
  /** `done`, or the code of the error that ended it. Default: done. */
  readonly outcome?: string;
}

export interface AuditRecord extends Required<Omit<AuditEntry, "model">> {
  /** 1, 2, 3 …, without gaps: a number that is missing was taken out by hand. */
  readonly ordinal: number;
  readonly at: string;
  readonly by: Actor;
  readonly model?: string;
}

export interface AuditFilter {
  readonly model?: string;
  /** From this moment on. */
  readonly since?: string;
  /** At most so many, the newest. Default: all. */
  readonly limit?: number;
}

export interface AuditPage {
  /** Oldest first. */
  readonly records: readonly AuditRecord[];
  /** Those between them that cannot be read. */
  readonly unreadable: readonly UnreadableRecord[];
  /** How many more there are, older ones. */
  readonly earlier: number;
  /** How many rows of the whole table were taken out by hand. */
  readonly missing: number;
}

/**
 * Who changed what. The registry writes what it does itself down in the transaction that does it, so that neither is
 * there without the other; what was refused changed nothing, and is not there. Rows are kept as long as the registry.
 */
export interface AuditStore {
  /** Writes down what was done elsewhere than in the registry, such as a server's memory. */
  note(entry: AuditEntry, by: Actor): Promise<void>;
  /** @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`. */
  list(filter?: AuditFilter): Promise<AuditPage>;
}
