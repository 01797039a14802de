import { createHash } from "node:crypto";
import { ModelwrightError, showHttpValue, type TaskName, taskSchemas } from "@modelwright/contracts";

/** What a producer puts on the queue. */
export interface PredictionJob {
  /** A reference to a model of the worker. Default: the one that it has. */
  readonly model?: string;
  /** As over HTTP: texts, rows, series … */
  readonly items: readonly unknown[];
  /** As over HTTP. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whom it is about, by which its records can be erased. */
  readonly subject?: string;
}

/** A model as jobs are put to it. */
export interface QueuedModel {
  readonly reference: string;
  readonly task: TaskName;
}

const KEYS: readonly string[] = ["model", "items", "options", "subject"];

/** @throws {ModelwrightError} `QUEUE_JOB_INVALID`. */
export function readJob(data: unknown): PredictionJob {
  if (typeof data !== "object" || data === null || Array.isArray(data)) refuse("job", "must be an object", data);
  const given = data as Readonly<Record<string, unknown>>;
  const strange = Object.keys(given).find((key) => !KEYS.includes(key));
  if (strange !== undefined) refuse(strange, `is not known here, where ${KEYS.join(", ")} may stand`, given[strange]);
  for (const key of ["model", "subject"])
    if (given[key] !== undefined && typeof given[key] !== "string") refuse(key, "must be a string", given[key]);
  if (!Array.isArray(given["items"])) refuse("items", "must be a list", given["items"]);
  return given as unknown as PredictionJob;
}

function refuse(path: string, rule: string, got: unknown): never {
  throw new ModelwrightError("QUEUE_JOB_INVALID", { path, rule, got: showHttpValue(got) });
}

/**
 * The model of a job.
 *
 * @throws {ModelwrightError} `QUEUE_MODEL_UNCLEAR` where the job names none of several. One that is not served the server refuses.
 */
export function modelOf({ model }: PredictionJob, models: readonly QueuedModel[]): QueuedModel {
  const [only, ...others] = models;
  if (model === undefined) {
    if (others.length > 0)
      throw new ModelwrightError("QUEUE_MODEL_UNCLEAR", { models: models.map((each) => each.reference) });
    return only!;
  }
  const base = (reference: string) => reference.split(/[@:]/)[0];
  return { reference: model, task: (models.find((each) => base(each.reference) === base(model)) ?? only!).task };
}

/** The job as `POST /v1/models/<model>/predict` takes it: by the words of the task. */
export function bodyOf({ items, options }: PredictionJob, task: TaskName): object {
  return { [`${taskSchemas(task).words.item}s`]: items, ...(options === undefined ? {} : { options }) };
}

/**
 * The bytes of an id that a job has in every attempt, so that its predictions are recorded once, whoever answers.
 *
 * @param job.id Unique in the queue.
 */
export function chanceOf(queue: string, job: string): Buffer {
  return createHash("sha256").update(`${queue}\n${job}`).digest().subarray(0, 16);
}
