/** What a run is asked to do that trains a version anew. Plain data: it crosses into a worker thread. */
export interface RetrainingRequest {
  /** The version, which is then the champion that the new one must hold its own against: `tickets:3`. */
  readonly of: string;
  /** How often a row that came back is learnt from, for once that a row of the data is. */
  readonly weight: number;
  /** The share of the newest labelled traffic on which both versions are compared, not learnt from. */
  readonly window: number;
  /** Trains though nothing is new. Default false. */
  readonly anyway?: boolean;
}

/** The alias of a new version that has held its own. */
export const CHALLENGER = "challenger";
