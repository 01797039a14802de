import { liveSchema, readySchema } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

/** The protocol's path, and the one where balancers look that know no protocol. */
const READY_PATHS = [
  { path: "/v2/health/ready", tag: "Open Inference Protocol v2" },
  { path: "/health", tag: "operations" },
] as const;

export function inferenceHealthRoutes(app: FastifyInstance, { isReady }: RouteContext): void {
  const live = routeSchema({
    summary: "Is the server alive",
    needs: "nothing",
    description: "For a liveness probe. Read the status.",
    tag: "Open Inference Protocol v2",
    responses: { 200: { description: "It receives requests and answers them", schema: liveSchema } },
  });
  app.get("/v2/health/live", { schema: live }, () => ({ live: true }));

  for (const { path, tag } of READY_PATHS) {
    const ready = routeSchema({
      summary: "Are all models ready",
      needs: "nothing",
      description: "For a readiness probe. Read the status.",
      tag,
      responses: {
        200: { description: "All models answer", schema: readySchema },
        503: { description: "The server is shutting down, or no worker runs", schema: readySchema },
      },
    });
    app.get(path, { schema: ready }, (_, reply) => {
      const isOk = isReady();
      reply.code(isOk ? 200 : 503);
      return { live: true, ready: isOk };
    });
  }
}
