import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { newPredictionId } from "./prediction-id.ts";

/** Whom a request is about, in the client's words. */
const SUBJECT_HEADER = "x-subject-id";
const PREDICTION_HEADER = "x-prediction-id";
const SUBJECT = /^[^\p{C}]{1,200}$/u;

/** A request for predictions, as it is recorded. */
export interface Call {
  /** UUID of version 7; item i of the request is `<id>.<i>`. */
  readonly id: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly subject?: string;
  /** The id of its key. */
  readonly client?: string;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Of a route that predicts. */
    call: Call;
  }
}

/**
 * Gives each request for predictions an id, which its answer bears in a header.
 *
 * @param options.areNamed Requests bring their ids themselves. Never of clients: they could overwrite what others asked.
 */
export function nameCalls(app: FastifyInstance, { areNamed }: { readonly areNamed: boolean }): void {
  app.decorateRequest("call");
  app.addHook("preHandler", (request, reply, next) => {
    if (request.routeOptions.schema?.needs !== "predict") return next();
    const { client } = request;
    const subject = subjectOf(request);
    const given = areNamed ? request.headers[PREDICTION_HEADER] : undefined;
    const id = given === undefined ? newPredictionId() : String(given);
    request.call = {
      id,
      startedAt: performance.now() - reply.elapsedTime,
      ...(subject !== undefined && { subject }),
      ...(client !== undefined && { client: client.id }),
    };
    reply.header(PREDICTION_HEADER, id);
    next();
  });
}

/** @throws {ModelwrightError} `SERVER_REQUEST_INVALID`. */
function subjectOf({ headers }: FastifyRequest): string | undefined {
  const header = headers[SUBJECT_HEADER];
  if (header === undefined) return undefined;
  // Node reads headers as Latin-1; clients send UTF-8 there.
  const subject = Buffer.from(String(header), "latin1").toString("utf8");
  if (SUBJECT.test(subject)) return subject;
  throw new ModelwrightError("SERVER_REQUEST_INVALID", {
    path: SUBJECT_HEADER,
    rule: "must be 1 to 200 printable characters",
    got: JSON.stringify(subject.slice(0, 100)),
  });
}
