/** One thing that was done. */
export interface CureStep {
  /** Absent: it was done to rows. */
  readonly column?: string;
  readonly cure: string;
  /** What was done, with the number that was put in: "median 40". */
  readonly detail: string;
  /** Rows that it concerns. */
  readonly rows: number;
}
