export const ANNOTATED_KINDS = ["run", "model", "version"] as const;
export type AnnotatedKind = (typeof ANNOTATED_KINDS)[number];

/** What can have tags and notes: a run, by its id; a model, by its name; one of its versions. */
export type Annotated = { readonly run: string } | { readonly model: string; readonly version?: number };

/** Values by name; empty where a tag is its name alone. */
export type Tags = Readonly<Record<string, string>>;

export interface Note {
  /** 1, 2, 3 … for what it is about; one that was removed leaves a gap, unless it was the last. */
  readonly ordinal: number;
  /** Markdown. */
  readonly text: string;
  /** Who wrote it. */
  readonly by: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * Tags and notes of runs, models and versions. They go when what they are about is deleted; a model's stay as its name
 * does.
 *
 * Every method throws `REGISTRY_RUN_UNKNOWN`, `REGISTRY_MODEL_UNKNOWN` or `REGISTRY_VERSION_UNKNOWN` for what is not there.
 */
export interface AnnotationStore {
  /** By name. */
  tags(about: Annotated): Promise<Tags>;
  /** Tags of everything of a kind that has any: by the id of a run, `tickets`, `tickets:3`. */
  tagged(kind: AnnotatedKind): Promise<ReadonlyMap<string, Tags>>;
  /**
   * Sets tags; one of the same name gets the new value.
   * @returns All that it has then.
   * @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`.
   */
  tag(about: Annotated, tags: Tags): Promise<Tags>;
  /**
   * Takes tags away, all of them or none.
   * @returns What is left.
   * @throws {ModelwrightError} `REGISTRY_TAG_UNKNOWN`.
   */
  untag(about: Annotated, names: readonly string[]): Promise<Tags>;
  /** Oldest first. */
  notes(about: Annotated): Promise<readonly Note[]>;
  /** @throws {ModelwrightError} `REGISTRY_VALUE_INVALID`, `REGISTRY_NAME_INVALID` for who wrote it. */
  note(about: Annotated, note: Pick<Note, "text" | "by">): Promise<Note>;
  /** @throws {ModelwrightError} `REGISTRY_NOTE_UNKNOWN`. */
  removeNote(about: Annotated, ordinal: number): Promise<void>;
}
