import type { Language } from "../language.ts";

/** A schema has a keyword that is not in the subset. */
export class SchemaUnsupported extends Error {
  override readonly name = "SchemaUnsupported";
}

export type Schema = Readonly<Record<string, unknown>>;

/** Where a schema lies, and what its references find. */
export interface Place {
  readonly at: string;
  readonly root: Schema;
  /** References that are being followed. */
  readonly following: readonly string[];
  /** References that were followed: each is read once, however often it stands somewhere. */
  readonly followed: Map<string, Language>;
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws {SchemaUnsupported} Naming the place. */
export function refuse({ at }: Place, problem: string): never {
  throw new SchemaUnsupported(`${at === "" ? "the schema" : at}: ${problem}`);
}
