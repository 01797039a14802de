import { ModelwrightError, nearestTo } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import { checkName } from "../names/name-rules.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import type { Annotated, AnnotatedKind, AnnotationStore, Note, Tags } from "./annotation-store.ts";
import { requireAnnotated } from "./require-annotated.ts";
import { type Subject, subjectOf } from "./subject.ts";

/** Tags are looked through by eye, and a note is a page and no file. */
const MOST_TAGS = 64;
const LONGEST_VALUE = 256;
const LONGEST_NOTE = 10_000;

/** The rows of `tags` and `notes`. */
export class AnnotationRecords implements AnnotationStore {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  tags(about: Annotated): Promise<Tags> {
    return this.#database.read(async (database) => {
      await requireAnnotated(database, about);
      return selectTags(database, subjectOf(about));
    });
  }

  async tagged(kind: AnnotatedKind): Promise<ReadonlyMap<string, Tags>> {
    const rows = await this.#database.read((database) =>
      database
        .selectFrom("tags")
        .select(["subject", "name", "value"])
        .where("kind", "=", kind)
        .orderBy("subject")
        .orderBy("name")
        .execute(),
    );
    const found = new Map<string, Tags>();
    for (const { subject, name, value } of rows) found.set(subject, { ...found.get(subject), [name]: value });
    return found;
  }

  async tag(about: Annotated, tags: Tags): Promise<Tags> {
    for (const [name, value] of Object.entries(tags)) checkTag(name, value);
    return this.#database.write(async (transaction) => {
      await requireAnnotated(transaction, about);
      const subject = subjectOf(about);
      const at = new Date().toISOString();
      for (const [name, value] of Object.entries(tags)) {
        await transaction
          .insertInto("tags")
          .values({ ...subject, name, value, at })
          .onConflict((conflict) => conflict.columns(["kind", "subject", "name"]).doUpdateSet({ value, at }))
          .execute();
      }
      const all = await selectTags(transaction, subject);
      const count = Object.keys(all).length;
      if (count > MOST_TAGS) refuse(`tags of ${subject.subject}`, `at most ${MOST_TAGS}`, String(count));
      return all;
    });
  }

  untag(about: Annotated, names: readonly string[]): Promise<Tags> {
    return this.#database.write(async (transaction) => {
      await requireAnnotated(transaction, about);
      const { kind, subject } = subjectOf(about);
      const known = Object.keys(await selectTags(transaction, { kind, subject }));
      const tag = names.find((name) => !known.includes(name));
      if (tag !== undefined) {
        throw new ModelwrightError("REGISTRY_TAG_UNKNOWN", { subject, tag, ...nearestTo(tag, known), known });
      }
      for (const name of names) {
        await transaction
          .deleteFrom("tags")
          .where("kind", "=", kind)
          .where("subject", "=", subject)
          .where("name", "=", name)
          .execute();
      }
      return selectTags(transaction, { kind, subject });
    });
  }

  notes(about: Annotated): Promise<readonly Note[]> {
    return this.#database.read(async (database) => {
      await requireAnnotated(database, about);
      return selectNotes(database, subjectOf(about));
    });
  }

  async note(about: Annotated, { text, by }: Pick<Note, "text" | "by">): Promise<Note> {
    checkName("author", by);
    if (text.trim() === "" || text.includes("\0") || text.length > LONGEST_NOTE) {
      const rule = `a text of at most ${LONGEST_NOTE.toLocaleString("en-US")} characters, not blank and without the character NUL`;
      refuse("note", rule, text.length > LONGEST_NOTE ? `${text.length} characters` : JSON.stringify(text));
    }
    return this.#database.write(async (transaction) => {
      await requireAnnotated(transaction, about);
      const subject = subjectOf(about);
      const ordinal = ((await selectNotes(transaction, subject)).at(-1)?.ordinal ?? 0) + 1;
      const note = { ordinal, text, at: new Date().toISOString() };
      await transaction
        .insertInto("notes")
        .values({ ...subject, ...note, author: by })
        .execute();
      return { ...note, by };
    });
  }

  removeNote(about: Annotated, ordinal: number): Promise<void> {
    return this.#database.write(async (transaction) => {
      await requireAnnotated(transaction, about);
      const { kind, subject } = subjectOf(about);
      const known = (await selectNotes(transaction, { kind, subject })).map((note) => note.ordinal);
      if (!known.includes(ordinal)) {
        throw new ModelwrightError("REGISTRY_NOTE_UNKNOWN", { subject, note: ordinal, known });
      }
      await transaction
        .deleteFrom("notes")
        .where("kind", "=", kind)
        .where("subject", "=", subject)
        .where("ordinal", "=", ordinal)
        .execute();
    });
  }
}

async function selectTags(database: Kysely<Tables>, { kind, subject }: Subject): Promise<Tags> {
  const rows = await database
    .selectFrom("tags")
    .select(["name", "value"])
    .where("kind", "=", kind)
    .where("subject", "=", subject)
    .orderBy("name")
    .execute();
  return tagsOf(rows);
}

function tagsOf(rows: readonly { readonly name: string; readonly value: string }[]): Tags {
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

async function selectNotes(database: Kysely<Tables>, { kind, subject }: Subject): Promise<Note[]> {
  const rows = await database
    .selectFrom("notes")
    .select(["ordinal", "text", "author as by", "at"])
    .where("kind", "=", kind)
    .where("subject", "=", subject)
    .orderBy("ordinal")
    .execute();
  return rows.map((row) => ({ ...row, ordinal: Number(row.ordinal) }));
}

function checkTag(name: string, value: string): void {
  checkName("tag", name);
  if (!/^[^\p{C}]*$/u.test(value) || value.length > LONGEST_VALUE) {
    refuse(`tag ${name}`, `at most ${LONGEST_VALUE} printable characters`, JSON.stringify(value.slice(0, 300)));
  }
}

function refuse(where: string, rule: string, got: string): never {
  throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where, rule, got });
}
