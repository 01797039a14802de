/** The table of changes of traffic, as Kysely sees it. */
export interface TrafficTables {
  readonly traffic_changes: {
    readonly model: string;
    /** 1, 2, 3 … for each model. */
    readonly ordinal: number;
    readonly state: string;
    readonly policy_json: string;
    readonly at: string;
    readonly author: string;
    readonly reason: string;
    readonly evidence_json: string | null;
  };
}
