import type { JsonValue } from "../records/record.ts";

/**
 * Of which part of the traffic a prediction is: `champion` where no policy divides it, `pinned` where the request named
 * a version, `shadow` where nobody was told.
 */
export const ARMS = ["champion", "challenger", "shadow", "pinned"] as const;
export type Arm = (typeof ARMS)[number];

/** What a server answered of one item, or why it could not. */
export interface PredictionRecord {
  /**
   * The request's id (UUIDv7, RFC 9562), a full stop and the index of the item: `0198f3…-….0`. What a shadow answered of
   * the same item has `.shadow` behind it.
   */
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly arm: Arm;
  /** When the request was answered: ISO 8601, UTC. */
  readonly at: string;
  /** From the request to its answer. */
  readonly latencyMs: number;
  /** Whom the item is about, in the client's words: what is erased together, and goes to one arm. */
  readonly subject?: string;
  /** The id of the client's key. */
  readonly client?: string;
  /** As it was sent, personal data masked. Absent: the server keeps answers alone. */
  readonly item?: JsonValue;
  /** With all that the task can show, whatever the client asked for. Absent: the request failed. */
  readonly answer?: JsonValue;
  /** The code of the failure. */
  readonly error?: string;
}

/** All that is left out does not matter. */
export interface PredictionFilter {
  readonly model: string;
  readonly version?: number;
  readonly arm?: Arm;
  readonly subject?: string;
  /** The first moment, inclusive; ISO 8601, UTC. */
  readonly from?: string;
  /** The first moment after. */
  readonly to?: string;
}

/** Predictions of one version in one part of the traffic. */
export interface PredictionTally {
  readonly version: number;
  readonly arm: Arm;
  /** Failures included. */
  readonly predictions: number;
  readonly failures: number;
  readonly first: string;
  readonly last: string;
}

/** What was removed of somebody. */
export interface Erasure {
  readonly predictions: number;
  readonly feedback: number;
}

/** What servers answered, one record per item. */
export interface PredictionStore {
  /**
   * Keeps predictions, all of them or none. An id that is there already is left as it is, so that a batch may be sent again.
   * @returns How many were new.
   * @throws {ModelwrightError} `REGISTRY_VALUE_INVALID`.
   */
  append(rows: readonly PredictionRecord[]): Promise<number>;
  /** @throws {ModelwrightError} `PREDICTION_UNKNOWN`, `REGISTRY_RECORD_UNREADABLE`. */
  get(id: string): Promise<PredictionRecord>;
  /** Oldest first, a page at a time; one that cannot be read is left out. What comes meanwhile may be among them. */
  scan(filter: PredictionFilter): AsyncIterable<readonly PredictionRecord[]>;
  /** By version and arm. */
  tally(filter: PredictionFilter): Promise<readonly PredictionTally[]>;
  /** Removes the predictions about somebody, and the feedback on them. */
  erase(subject: string): Promise<Erasure>;
  /** Removes the predictions before a moment, and the feedback on them that came before it. */
  expire(before: string): Promise<Erasure>;
}
