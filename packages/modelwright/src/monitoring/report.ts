import type { Measure, MonitorCheckName, TaskName } from "@modelwright/contracts";
import type { WatchedDrift } from "@modelwright/data";

/**
 * `alert`: somebody should look; `undecided`: it may be chance; `too few`: nothing can be said yet; `untold`: it is not
 * looked at, and the text says why.
 */
export const MONITOR_VERDICTS = ["alert", "undecided", "fine", "too few", "untold"] as const;
export type MonitorVerdict = (typeof MONITOR_VERDICTS)[number];

/** One of the things that are looked at. */
export interface MonitorCheck {
  readonly check: MonitorCheckName;
  readonly verdict: MonitorVerdict;
  /** A sentence with the figures that decide. */
  readonly text: string;
  /** Ids of some predictions that show it. */
  readonly examples: readonly string[];
}

/** How a column was spread and is, by the intervals or categories of the reference. */
export interface Spread {
  readonly places: readonly string[];
  /** Shares of the filled rows, in the order of places. */
  readonly before: readonly number[];
  readonly now: readonly number[];
}

/** A column of the traffic beside the reference. */
export interface ColumnReport extends WatchedDrift {
  /** Absent of vectors. */
  readonly spread?: Spread;
}

/** The traffic beside the reference. */
export interface DriftSection {
  /** What the reference was made of. */
  readonly origin: string;
  readonly referenceRows: number;
  /** Rows with an answer; those with an item may be fewer. */
  readonly rows: number;
  readonly itemRows: number;
  readonly columns: readonly ColumnReport[];
  /** Columns of which there are too few rows. */
  readonly notCompared: readonly string[];
}

/** What labels that came say. */
export interface RealisedQuality {
  /** Predictions that a truth or a correction came for. */
  readonly rows: number;
  /** How many of them are of this period; the rest is older. */
  readonly ofPeriod: number;
  /** Came for predictions that failed. */
  readonly unanswered: number;
  /** The median time from an answer to what was right, in milliseconds. */
  readonly medianDelayMs: number;
  readonly measures: Readonly<Record<string, Measure>>;
}

/** Why labels do not say how good answers are. */
export interface Unrealised {
  readonly because: string;
  /** Labels that came, where more would say it. */
  readonly labels?: number;
}

/** A part of the period. */
export interface PeriodPart {
  readonly from: string;
  readonly to: string;
  readonly predictions: number;
  readonly failures: number;
  /** 95 % of the answers took at most so long; absent without answers. */
  readonly latencyP95Ms?: number;
  /** Mean of what the model says of how sure it is; absent where it says nothing. */
  readonly confidence?: number;
  /** Names of columns that drifted; absent where there were too few predictions. */
  readonly drifted?: readonly string[];
}

/** The traffic of a version in a period, as a page and JSON show it. */
export interface MonitorReport {
  readonly format: 1;
  readonly name: string;
  readonly version: number;
  readonly task: TaskName;
  readonly createdAt: string;
  readonly from: string;
  readonly to: string;
  readonly verdict: MonitorVerdict;
  readonly checks: readonly MonitorCheck[];
  readonly predictions: {
    readonly all: number;
    readonly failures: number;
    /** By code, the most frequent first. */
    readonly errors: readonly { readonly code: string; readonly count: number }[];
    readonly arms: Readonly<Record<string, number>>;
    /** Records that could not be read as items and answers of the task. */
    readonly unreadable: number;
    readonly latencyMs?: { readonly p50: number; readonly p95: number; readonly p99: number };
    readonly first?: string;
    readonly last?: string;
  };
  readonly drift: DriftSection | { readonly because: string };
  readonly quality: {
    readonly deciding: string;
    /** Of the test rows, when the version was made. */
    readonly tested?: Measure;
    readonly estimated:
      | { readonly rows: number; readonly measures: Readonly<Record<string, Measure>>; readonly reference?: Measure }
      | { readonly because: string };
    readonly realised: RealisedQuality | Unrealised;
  };
  readonly thumbs?: { readonly up: number; readonly down: number; readonly share: Measure };
  readonly parts: readonly PeriodPart[];
}
