import type { Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { Annotated, AnnotatedKind } from "./annotation-store.ts";

/** What a tag or note is about, as its row says it. */
export interface Subject {
  readonly kind: AnnotatedKind;
  readonly subject: string;
}

export function subjectOf(about: Annotated): Subject {
  if ("run" in about) return { kind: "run", subject: about.run };
  const { model, version } = about;
  return version === undefined
    ? { kind: "model", subject: model }
    : { kind: "version", subject: `${model}:${version}` };
}

/** Takes away what is said of something that is deleted. */
export async function removeAnnotations(transaction: Transaction<Tables>, about: Annotated): Promise<void> {
  const { kind, subject } = subjectOf(about);
  for (const table of ["tags", "notes"] as const) {
    await transaction.deleteFrom(table).where("kind", "=", kind).where("subject", "=", subject).execute();
  }
}
