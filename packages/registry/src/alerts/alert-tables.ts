/** The table of alerts, as Kysely sees it. */
export interface AlertTables {
  readonly alerts: {
    readonly id: string;
    readonly watched: string;
    readonly model: string;
    readonly version: number;
    readonly check_name: string;
    readonly text: string;
    readonly evidence_json: string;
    readonly opened_at: string;
    readonly seen_at: string;
    readonly closed_at: string | null;
    readonly told_json: string;
    readonly told_closed_json: string;
  };
}
