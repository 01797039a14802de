import { ModelwrightError } from "@modelwright/contracts";
import { type Arm, armAt, isShadowed, placeOf, unitOf } from "@modelwright/registry";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServedModel } from "../inference/served-models.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";

/** Asks for one version of a model, whatever its traffic is divided into. */
export const VERSION_HEADER = "x-model-version";
/** Says which part of the traffic was answered. */
const ARM_HEADER = "x-model-arm";

/** Who answers a request. */
export interface Routed {
  readonly model: ServedModel;
  readonly arm: Arm;
  /** Who is asked the same once the client has its answer, and is not heard. */
  readonly shadow?: ServedModel;
}

/** Finds the version that answers a request, on every route that predicts. */
export class TrafficRouter {
  readonly #metrics: ServerMetrics;

  constructor(metrics: ServerMetrics) {
    this.#metrics = metrics;
  }

  /**
   * A model by its name is answered by the version that its policy gives the request's subject; what names a version, in the
   * reference or the header `x-model-version`, gets that one and is not compared.
   * @throws {ModelwrightError} `SERVER_MODEL_NOT_LOADED`, `SERVER_REQUEST_INVALID` for a header that is no version.
   */
  route(request: FastifyRequest, reply: FastifyReply, reference: string): Routed {
    const routed = choose(request, reference);
    const { name, version } = routed.model.record;
    reply.header(ARM_HEADER, routed.arm);
    this.#metrics.routed.inc({ model: name, version, arm: routed.arm });
    return routed;
  }
}

function choose({ models, call, headers }: FastifyRequest, reference: string): Routed {
  if (/[@:]/.test(reference)) return { model: models.find(reference), arm: "pinned" };
  const wanted = headers[VERSION_HEADER];
  if (wanted !== undefined) return { model: models.find(`${reference}:${versionOf(String(wanted))}`), arm: "pinned" };
  const champion = { model: models.find(reference), arm: "champion" } as const;
  const division = models.divisionOf(reference);
  if (division === undefined) return champion;
  const { policy, challenger } = division;
  const place = placeOf(policy, unitOf(policy, { subject: call.subject, client: call.client, request: call.id }));
  if (armAt(policy, place) === "challenger") return { model: challenger, arm: "challenger" };
  return isShadowed(policy, place) ? { ...champion, shadow: challenger } : champion;
}

function versionOf(header: string): string {
  if (/^[1-9]\d{0,8}$/.test(header)) return header;
  throw new ModelwrightError("SERVER_REQUEST_INVALID", {
    path: VERSION_HEADER,
    rule: "must be the number of a version",
    got: JSON.stringify(header.slice(0, 100)),
  });
}
