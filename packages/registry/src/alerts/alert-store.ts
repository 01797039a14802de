import type { JsonValue } from "../records/record.ts";

/** Something about the traffic of a model that somebody should look at. */
export interface AlertRecord {
  readonly id: string;
  /** What is watched, as it was asked for: `tickets@champion`. */
  readonly watched: string;
  readonly model: string;
  /** The version that was watched when it was last seen. */
  readonly version: number;
  /** What was checked: `inputs`, `quality`. Of what is watched at most one alert of a check is open. */
  readonly check: string;
  /** In words, as it was last seen. */
  readonly text: string;
  /** The way back to what was seen: window, report, predictions. */
  readonly evidence: JsonValue;
  readonly openedAt: string;
  /** When it was last found to hold. */
  readonly seenAt: string;
  /** When it was found to hold no more; absent: it is open. */
  readonly closedAt?: string;
  /** Names of those who were told that it opened. */
  readonly told: readonly string[];
  /** Names of those who were told that it closed. */
  readonly toldClosed: readonly string[];
}

/** What a look at the traffic found. */
export interface AlertFindings {
  readonly watched: string;
  readonly model: string;
  readonly version: number;
  /** Of the checks that somebody should look at. */
  readonly found: readonly Pick<AlertRecord, "check" | "text" | "evidence">[];
  /** Checks that are fine. What is neither found nor fine stays as it was. */
  readonly fine: readonly string[];
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
}

/** What a look at the traffic changed. */
export interface SettledAlerts {
  readonly opened: readonly AlertRecord[];
  /** Open before, and still. */
  readonly kept: readonly AlertRecord[];
  readonly closed: readonly AlertRecord[];
}

export interface AlertFilter {
  readonly watched?: string;
  /** Default: both. */
  readonly state?: "open" | "closed";
}

/** Alerts: each opens once, is kept while it holds, and closes. */
export interface AlertStore {
  /**
   * Opens, keeps and closes alerts by what was found, all at once: of two looks at the same time one opens.
   * @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`.
   */
  settle(findings: AlertFindings): Promise<SettledAlerts>;
  /** Notes that some were told of an alert's opening or closing. */
  noteTold(id: string, event: "opened" | "closed", names: readonly string[]): Promise<void>;
  /** Oldest first; those that cannot be read are left out. */
  list(filter?: AlertFilter): Promise<readonly AlertRecord[]>;
}
