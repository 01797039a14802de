/** The table of leases, as Kysely sees it. */
export interface LeaseTables {
  readonly leases: {
    readonly name: string;
    /** NULL: it was given back. */
    readonly holder: string | null;
    /** Grows by one with every holder. */
    readonly token: number;
    /** When it was taken or renewed last: milliseconds since 1970 on the database's clock. */
    readonly renewed_ms: number;
    readonly seconds: number;
    readonly note_json: string | null;
  };
}
