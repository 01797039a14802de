/** The table of what is put away, as Kysely sees it. */
export interface ArchiveTables {
  readonly archive: {
    readonly model: string;
    /** 0 stands for the model itself. */
    readonly version: number;
    readonly at: string;
    readonly author: string;
    readonly reason: string;
  };
}
