import {
  inferenceErrorSchema,
  modelParamsSchema,
  modelStatisticsListSchema,
  modelVersionParamsSchema,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { findServed, type ModelPath } from "./model-path.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

const HEAD = { needs: "metrics", tag: "Open Inference Protocol v2" } as const;
const FOUND = { description: "What was asked of each version since it was loaded", schema: modelStatisticsListSchema };
const UNKNOWN = { 404: { description: "The model or version is not loaded", schema: inferenceErrorSchema } };

/** The extension statistics. */
export function inferenceStatisticsRoutes(app: FastifyInstance, { statistics }: RouteContext): void {
  const shown = ({ key, record }: { readonly key: string; readonly record: { name: string; version: number } }) =>
    statistics.of(key).shown(record);

  const all = routeSchema({ ...HEAD, summary: "Count what was asked of every model", responses: { 200: FOUND } });
  app.get("/v2/models/stats", { schema: all }, ({ models }) => ({ model_stats: models.all.map(shown) }));

  const model = routeSchema({
    ...HEAD,
    summary: "Count what was asked of a model's versions",
    params: modelParamsSchema,
    responses: { 200: FOUND, ...UNKNOWN },
  });
  app.get<{ Params: ModelPath }>("/v2/models/:name/stats", { schema: model }, ({ models, params }) => {
    const found = findServed(models, params);
    // A bare name stands for all of its versions, as Triton has it; a reference for one.
    const isName = params.name === found.record.name;
    return { model_stats: (isName ? models.versionsOf(params.name) : [found]).map(shown) };
  });

  const version = routeSchema({
    ...HEAD,
    summary: "Count what was asked of a version",
    params: modelVersionParamsSchema,
    responses: { 200: FOUND, ...UNKNOWN },
  });
  app.get<{ Params: ModelPath }>(
    "/v2/models/:name/versions/:version/stats",
    { schema: version },
    ({ models, params }) => ({ model_stats: [shown(findServed(models, params))] }),
  );
}
