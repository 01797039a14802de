/** The table of feedback, as Kysely sees it. */
export interface FeedbackTables {
  readonly feedback: {
    readonly id: string;
    readonly prediction: string;
    readonly kind: string;
    readonly value_json: string;
    readonly given_by: string | null;
    readonly at: string;
    readonly state: string;
    readonly decided_by: string | null;
    readonly decided_at: string | null;
  };
}
