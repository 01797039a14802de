import type { TaskName } from "@modelwright/contracts";
import { modelList } from "./routes/list-models.ts";
import type { ServerOptions } from "./server-options.ts";

/** A request for predictions from a program in this process. */
export interface InsideRequest {
  /** A reference to a served model. */
  readonly model: string;
  /** As of `POST /v1/models/<model>/predict`. */
  readonly body: unknown;
  /** Names the predictions, `<id>.<i>`; the same id again is recorded once. A UUID. */
  readonly id: string;
  /** Of the log. */
  readonly requestId?: string;
  /** Whom it is about, as the header `x-subject-id` says it. */
  readonly subject?: string;
}

export interface InsideAnswer {
  readonly status: number;
  /** The JSON document: an answer, or an error with `code` and `message`. */
  readonly body: unknown;
  /** When to try again, where a server would say so. */
  readonly retryAfterMs?: number;
}

/** A server that only this process can ask. */
export interface InsideServer {
  readonly models: readonly { readonly reference: string; readonly task: TaskName }[];
  predict(request: InsideRequest): Promise<InsideAnswer>;
  /** What it says of itself at `/metrics` or `/health`. */
  read(
    path: "/metrics" | "/health",
  ): Promise<{ readonly status: number; readonly body: string; readonly type: string }>;
  /** Answers what was asked, then ends the workers. */
  close(): Promise<void>;
}

/**
 * Loads models as `startServer` does and listens nowhere: requests come from this process, need no key, and name their predictions.
 *
 * @throws {ModelwrightError} What `startServer` throws, but for what has to do with listening.
 */
export async function startInside(options: ServerOptions): Promise<InsideServer> {
  const { createServerWith } = await import("./create-server.ts");
  const app = await createServerWith(options, { isInside: true });
  await app.ready();
  const { models } = modelList(app.servedNow());
  return {
    models: models.map(({ references, task }) => ({ reference: references[0]!, task: task as TaskName })),
    predict: async ({ model, body, id, requestId, subject }) => {
      const { statusCode, headers, payload } = await app.inject({
        method: "POST",
        url: `/v1/models/${encodeURIComponent(model)}/predict`,
        headers: {
          "content-type": "application/json",
          "x-prediction-id": id,
          ...(requestId === undefined ? {} : { "x-request-id": requestId }),
          // As clients send it: UTF-8 in a header that is read as Latin-1.
          ...(subject === undefined ? {} : { "x-subject-id": Buffer.from(subject, "utf8").toString("latin1") }),
        },
        payload: JSON.stringify(body),
      });
      const wait = Number(headers["retry-after"]);
      return {
        status: statusCode,
        body: JSON.parse(payload) as unknown,
        ...(Number.isFinite(wait) ? { retryAfterMs: wait * 1000 } : {}),
      };
    },
    read: async (path) => {
      const { statusCode, headers, payload } = await app.inject(path);
      return { status: statusCode, body: payload, type: String(headers["content-type"]) };
    },
    close: () => app.close(),
  };
}
