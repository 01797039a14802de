/** The tables of tags and notes, as Kysely sees them. */
export interface AnnotationTables {
  readonly tags: {
    /** "run", "model" or "version". */
    readonly kind: string;
    /** The id of a run, `tickets`, or `tickets:3`. */
    readonly subject: string;
    readonly name: string;
    /** Empty where the tag is its name alone. */
    readonly value: string;
    readonly at: string;
  };
  readonly notes: {
    readonly kind: string;
    readonly subject: string;
    /** 1, 2, 3 … for each subject. */
    readonly ordinal: number;
    readonly text: string;
    readonly author: string;
    readonly at: string;
  };
}
