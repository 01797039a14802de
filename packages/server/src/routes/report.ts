import { readFile } from "node:fs/promises";
import { errorBodySchema, ModelwrightError, modelParamsSchema } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { routeSchema } from "./route-schema.ts";

/** Allows a report its own style and nothing else: it is a file of whoever made the version. */
const REPORT_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Shows what was measured when a version was made. */
export function reportRoute(app: FastifyInstance): void {
  const schema = routeSchema({
    summary: "The report of a loaded version",
    needs: "read",
    tag: "operations",
    params: modelParamsSchema,
    responses: {
      200: { description: "HTML", contentType: "text/html" },
      404: { description: "The model is not loaded, or its version has no report", schema: errorBodySchema },
    },
  });
  app.get<{ Params: { name: string } }>("/models/:name/report", { schema }, async ({ models, params }, reply) => {
    const { key, report } = models.find(params.name);
    if (report === undefined) throw new ModelwrightError("SERVER_REPORT_ABSENT", { model: key });
    const page = await readFile(report);
    return reply.type("text/html; charset=utf-8").header("content-security-policy", REPORT_POLICY).send(page);
  });
}
