/** The table of what was done, as Kysely sees it. */
export interface AuditTables {
  readonly audit: {
    readonly ordinal: number;
    readonly at: string;
    readonly actor_kind: string;
    readonly actor: string | null;
    readonly actor_key: string | null;
    readonly origin: string;
    readonly action: string;
    readonly model: string | null;
    readonly target: string;
    readonly details_json: string;
    readonly outcome: string;
  };
}
