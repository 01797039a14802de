import { accessErrors } from "./access.ts";
import { cliErrors } from "./cli.ts";
import { dataErrors } from "./data.ts";
import { engineErrors } from "./engine.ts";
import type { ErrorDefinition } from "./error-definition.ts";
import { evaluationErrors } from "./evaluation.ts";
import { featureErrors } from "./features.ts";
import { feedbackErrors } from "./feedback.ts";
import { hubErrors } from "./hub.ts";
import { type JsonForm, jsonForm } from "./json-form.ts";
import { modelErrors } from "./models.ts";
import { monitoringErrors } from "./monitoring.ts";
import { peerErrors } from "./peers.ts";
import { queueErrors } from "./queue.ts";
import { recipeErrors } from "./recipe.ts";
import { registryErrors } from "./registry.ts";
import { retrainingErrors } from "./retraining.ts";
import { reviewErrors } from "./review.ts";
import { seriesErrors } from "./series.ts";
import { serverErrors } from "./server.ts";
import { trafficErrors } from "./traffic.ts";
import { trainingErrors } from "./training.ts";

const definitions = {
  ...recipeErrors,
  ...dataErrors,
  ...featureErrors,
  ...seriesErrors,
  ...engineErrors,
  ...modelErrors,
  ...hubErrors,
  ...trainingErrors,
  ...evaluationErrors,
  ...registryErrors,
  ...peerErrors,
  ...serverErrors,
  ...accessErrors,
  ...feedbackErrors,
  ...monitoringErrors,
  ...trafficErrors,
  ...retrainingErrors,
  ...reviewErrors,
  ...queueErrors,
  ...cliErrors,
};

/** A stable code, `AREA_PROBLEM`. Callers branch on it, never on a message. */
export type ErrorCode = keyof typeof definitions;

/** The typed data that goes with a code. */
export type ErrorDetails<C extends ErrorCode> = (typeof definitions)[C] extends ErrorDefinition<infer D> ? D : never;

/** Every code with its status, meaning, message and remedy; `docs/reference/errors.md` is made from it. */
export const errorDefinitions: Readonly<Record<ErrorCode, ErrorDefinition<never>>> = definitions as Readonly<
  Record<ErrorCode, ErrorDefinition<never>>
>;

/**
 * The one error class of the product. It survives worker threads and HTTP as `code` + `details`.
 *
 * The message reads: where and which rule, the value that broke it; what to do.
 */
export class ModelwrightError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "ModelwrightError";
  readonly code: C;
  readonly details: ErrorDetails<C>;
  /** The message without the remedy, and without a full stop. */
  readonly problem: string;
  readonly remedy: string;
  readonly status: number;

  constructor(code: C, details: ErrorDetails<C>, options?: { cause?: unknown }) {
    const definition = definitions[code] as unknown as ErrorDefinition<ErrorDetails<C>>;
    const remedy = typeof definition.remedy === "function" ? definition.remedy(details) : definition.remedy;
    const problem = definition.message(details);
    // A list of problems ends its last line itself; the remedy has the next one.
    super(`${problem}${problem.endsWith("\n") ? "" : ". "}${remedy}`, options);
    this.problem = problem;
    this.code = code;
    this.details = details;
    this.remedy = remedy;
    this.status = definition.status;
  }

  /** The form that crosses a thread or a socket; NaN and infinite numbers, which JSON lacks, are texts in it. */
  toJSON(): { code: C; message: string; details: JsonForm<ErrorDetails<C>> } {
    return { code: this.code, message: this.message, details: jsonForm(this.details) };
  }

  /** Rebuilds an error from `toJSON()`; an unknown code gives `undefined`. */
  static fromJSON(json: { code: string; details: unknown }): ModelwrightError | undefined {
    if (!Object.hasOwn(definitions, json.code)) return undefined;
    return new ModelwrightError(json.code as ErrorCode, json.details as ErrorDetails<ErrorCode>);
  }
}

/** True when the error is the user's to fix (exit code 2, HTTP 4xx). */
export function isUserError(error: unknown): error is ModelwrightError {
  return error instanceof ModelwrightError && error.status < 500;
}
