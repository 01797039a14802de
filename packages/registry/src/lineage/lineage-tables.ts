/** The table of what runs learnt from, as Kysely sees it: ids alone. */
export interface LineageTables {
  readonly run_feedback: {
    readonly run_id: string;
    readonly feedback: string;
    readonly prediction: string;
    /** "training" or "window". */
    readonly part: string;
  };
}
