import type { JsonValue } from "../records/record.ts";

/** The right to do a piece of work, held by one process at a time. */
export interface Lease {
  readonly name: string;
  /** Grows with every holder, so that what a former one still writes can be told apart. */
  readonly token: number;
  /** What the last holder left. */
  readonly note?: JsonValue;
  /**
   * Holds it for the same time again, from now on.
   * @returns False when it is another's by now.
   */
  renew(): Promise<boolean>;
  /**
   * Leaves a note for the next holder, in place of the former one.
   * @returns False when the lease is another's by now; nothing was changed.
   */
  leave(note: JsonValue): Promise<boolean>;
  /** Gives it back at once. Where it is another's by now, nothing is changed. */
  release(): Promise<void>;
}

/** What is known of a lease to those who do not hold it. */
export interface LeaseRecord {
  readonly name: string;
  readonly token: number;
  /** Absent while nobody holds it. */
  readonly holder?: string;
  readonly note?: JsonValue;
}

/**
 * Who does what, among all processes that use a registry. Time is measured on the database's clock, never on that of a
 * holder; a holder that was stopped, or whose machine is gone, loses a lease when its time is over.
 */
export interface LeaseStore {
  /**
   * Takes a lease that nobody holds.
   *
   * A database whose clock was put back lets a lease run anew from that moment; it is never held for longer than twice its
   * time without being renewed.
   *
   * @param holder Names the process, for people.
   * @param seconds After so long without being renewed it is free.
   * @returns Undefined while another holds it.
   * @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`.
   */
  take(name: string, holder: string, seconds: number): Promise<Lease | undefined>;
  /** By name. */
  list(): Promise<readonly LeaseRecord[]>;
}
