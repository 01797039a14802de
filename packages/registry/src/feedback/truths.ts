import { type ModelManifest, ModelwrightError, type TaskName, truthSchema } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import type { z } from "zod";
import type { PredictionRecord } from "../predictions/prediction-store.ts";
import { readVersion } from "../records/read-version.ts";
import type { JsonValue } from "../records/record.ts";
import type { Tables } from "../records/tables.ts";
import { FEEDBACK_KINDS, type FeedbackKind, type NewFeedback } from "./feedback-store.ts";

/** Kinds of which the value is in the form of the model's answers. */
const ANSWERS: readonly FeedbackKind[] = ["truth", "correction"];

/** What a version's answers may turn out to be; without a schema where its task knows no truth. */
interface Known {
  readonly task: TaskName;
  readonly schema: z.ZodType | undefined;
}

/** What may be said of predictions, by the manifests of the versions that made them. */
export class Truths {
  readonly #database: Kysely<Tables>;
  readonly #versions = new Map<string, Promise<Known | undefined>>();

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  /**
   * The value of feedback on a prediction, in the form of the answers; as it is where the version is gone. A text that spells
   * such a value, as the cells of a file do, stands for it.
   * @param where Names the feedback.
   * @throws {ModelwrightError} `FEEDBACK_VALUE_INVALID`, `FEEDBACK_KIND_UNSUPPORTED`.
   */
  async valueOf(
    { kind, value }: Pick<NewFeedback, "kind" | "value">,
    { model, version }: Pick<PredictionRecord, "model" | "version">,
    where: string,
  ): Promise<JsonValue> {
    if (!ANSWERS.includes(kind)) return value;
    const key = `${model}:${version}`;
    const known = await this.#known(key, model, version);
    if (known === undefined) return value;
    const { schema, task } = known;
    if (schema === undefined) {
      const kinds = FEEDBACK_KINDS.filter((each) => !ANSWERS.includes(each));
      throw new ModelwrightError("FEEDBACK_KIND_UNSUPPORTED", { where, kind, task, kinds });
    }
    const issue = schema.safeParse(value).error?.issues[0];
    if (issue === undefined) return value;
    const meant = typeof value === "string" ? schema.safeParse(spelled(value)) : undefined;
    if (meant?.success) return meant.data as JsonValue;
    throw new ModelwrightError("FEEDBACK_VALUE_INVALID", {
      where: [where, kind, ...issue.path].join("."),
      model: key,
      rule: issue.message,
      got: JSON.stringify(value).slice(0, 200),
    });
  }

  #known(key: string, model: string, version: number): Promise<Known | undefined> {
    const found = this.#versions.get(key) ?? this.#read(model, version);
    this.#versions.set(key, found);
    return found;
  }

  async #read(model: string, version: number): Promise<Known | undefined> {
    const row = await this.#database
      .selectFrom("model_versions")
      .selectAll()
      .where("model", "=", model)
      .where("version", "=", version)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const reading = readVersion(row, { aliases: [], archived: undefined });
    if (!("read" in reading)) return undefined;
    const manifest: ModelManifest = reading.read.manifest;
    return { task: manifest.task, schema: truthSchema(manifest) };
  }
}

function spelled(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
