/** The table of predictions, as Kysely sees it. */
export interface PredictionTables {
  readonly predictions: {
    readonly id: string;
    readonly model: string;
    readonly version: number;
    readonly arm: string;
    readonly at: string;
    readonly latency_ms: number;
    readonly subject: string | null;
    readonly client: string | null;
    readonly item_json: string | null;
    readonly answer_json: string | null;
    readonly error: string | null;
  };
}
