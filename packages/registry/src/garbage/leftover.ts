/** Kinds of what may not be needed any more, in the order in which they are told. */
export const LEFTOVER_KINDS = ["content", "upload", "unfinished", "work", "cache"] as const;
export type LeftoverKind = (typeof LEFTOVER_KINDS)[number];

/** Something that a store keeps and may not need any more. */
export interface Leftover {
  /**
   * `content`: of an artifact or a file of a version; `upload`: parts of one that has not ended; `unfinished`: what a killed
   * process left; `work`: the folder of a run; `cache`: what can be made or fetched again.
   */
  readonly kind: LeftoverKind;
  /** Where it lies. */
  readonly title: string;
  /** 0 where that is not known. */
  readonly sizeBytes: number;
  /** Of content: it goes only where no record names it. */
  readonly sha256?: string;
  /** @returns False where it turned out to be needed, or is gone. Of content: inside a write transaction. */
  readonly remove: () => Promise<boolean>;
}

/** By what a store tells leftovers. */
export interface LeftoverQuery {
  /** What was changed or used since is none. */
  readonly before: Date;
  /** Whether records name content. */
  readonly isNamed: (sha256: string) => boolean;
  readonly hasRecord: (version: { readonly name: string; readonly version: number }) => boolean;
  /** Whether the folder of a run, last changed then, may be worked in again. */
  readonly isWorkedIn: (runId: string, changedAt: Date) => boolean;
}
