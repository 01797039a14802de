/** That something is put away: since when, by whom and why. */
export interface Archived {
  /** What was put away, and is to be taken back: `tickets:3`, or `tickets` where the whole model is away. */
  readonly what: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** A model, or one of its versions. */
export interface Archivable {
  readonly model: string;
  readonly version?: number;
}

/**
 * Models and versions that are put away: kept with all that is known of them, but neither listed nor served. No alias and
 * no traffic can go to one, its files are given to nobody, and a model that is archived gets no new version.
 */
export interface ArchiveStore {
  /**
   * Puts something away. What is put away already is left as it is.
   * @returns What is kept of it.
   * @throws {ModelwrightError} `REGISTRY_VERSION_ALIASED` while an alias points at it, or at a version of it;
   *   `REGISTRY_VERSION_IN_TRAFFIC`, `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_UNKNOWN`, `REGISTRY_VALUE_INVALID`,
   *   `REGISTRY_NAME_INVALID` for who does it.
   */
  put(what: Archivable, why: Pick<Archived, "by" | "reason">): Promise<Archived>;
  /**
   * Takes something back, with what was set of it. A version stays away while its model is.
   * @returns Whether it was put away.
   * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_UNKNOWN`.
   */
  takeBack(what: Archivable): Promise<boolean>;
}
