/** The table of keys, as Kysely sees it. */
export interface KeyTables {
  readonly access_keys: {
    readonly id: string;
    readonly name: string;
    readonly sha256: string;
    readonly roles_json: string;
    readonly models_json: string | null;
    readonly per_minute: number | null;
    readonly created_at: string;
    readonly expires_at: string | null;
    readonly revoked_at: string | null;
    readonly used_at: string | null;
  };
}
