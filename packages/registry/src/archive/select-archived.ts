import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely, Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { Archivable, Archived } from "./archive-store.ts";

/** Stands in the table for the model itself; versions begin with 1. */
const WHOLE_MODEL = 0;

/** What is put away of one model, or of all. */
export interface ArchivedOf {
  model(name: string): Archived | undefined;
  /** A version of a model that is away is away with it. */
  version(name: string, version: number): Archived | undefined;
  /** What was put away itself. */
  own(what: Archivable): Archived | undefined;
}

export async function selectArchived(database: Kysely<Tables>, model?: string): Promise<ArchivedOf> {
  const rows = await database
    .selectFrom("archive")
    .selectAll()
    .$if(model !== undefined, (query) => query.where("model", "=", model ?? ""))
    .execute();
  const found = new Map(
    rows.map(({ model, version, at, author: by, reason }) => {
      const what = nameOf({ model, ...(version === WHOLE_MODEL ? {} : { version }) });
      return [what, { what, at, by, reason }];
    }),
  );
  return {
    model: (name) => found.get(name),
    version: (name, version) => found.get(name) ?? found.get(nameOf({ model: name, version })),
    own: (what) => found.get(nameOf(what)),
  };
}

export function nameOf({ model, version }: Archivable): string {
  return version === undefined ? model : `${model}:${version}`;
}

export async function insertArchived(
  transaction: Transaction<Tables>,
  { model, version = WHOLE_MODEL }: Archivable,
  { at, by, reason }: Omit<Archived, "what">,
): Promise<void> {
  await transaction.insertInto("archive").values({ model, version, at, author: by, reason }).execute();
}

/** @returns Whether it was there. */
export async function removeArchived(
  transaction: Transaction<Tables>,
  { model, version = WHOLE_MODEL }: Archivable,
): Promise<boolean> {
  const { numDeletedRows } = await transaction
    .deleteFrom("archive")
    .where("model", "=", model)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/**
 * Keeps what is put away from being used.
 * @throws {ModelwrightError} `REGISTRY_ARCHIVED`.
 */
export function requireInUse(archived: Archived | undefined): void {
  if (archived !== undefined) throw new ModelwrightError("REGISTRY_ARCHIVED", { ...archived });
}
