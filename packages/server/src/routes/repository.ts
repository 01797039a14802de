import {
  inferenceErrorSchema,
  ModelwrightError,
  modelParamsSchema,
  type RepositoryIndexRequest,
  repositoryIndexRequestSchema,
  repositoryIndexSchema,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { noteAction } from "../access/note-action.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

const TAG = "Open Inference Protocol v2";
const EMPTY = { description: "Done", isEmpty: true };

/** The extension model_repository: what there is, and loading and unloading it. */
export function repositoryRoutes(app: FastifyInstance, { residency, registry, allowLoading }: RouteContext): void {
  const index = routeSchema({
    summary: "List the models of the registry and their states",
    tag: TAG,
    needs: "read",
    body: repositoryIndexRequestSchema.optional(),
    responses: {
      200: { description: "Every version that was asked for, and other models by name", schema: repositoryIndexSchema },
    },
  });
  app.post<{ Body: RepositoryIndexRequest | undefined }>(
    "/v2/repository/index",
    { schema: index },
    async ({ body, client }) => {
      const isSeen = ({ name }: { readonly name: string }) => client?.models?.includes(name) ?? true;
      const seen = residency.states().filter(isSeen);
      const states = seen.map((each) => ({ ...each, version: String(each.version) }));
      if (body?.ready) return states.filter(({ state }) => state === "READY");
      // A registry that is away says nothing of what else there is.
      const registered = await registry.listModels().catch(() => []);
      const inUse = registered.filter(({ archived }) => archived === undefined);
      const others = inUse.filter(isSeen).filter(({ name }) => !states.some((each) => each.name === name));
      return [...states, ...others.map(({ name }) => ({ name }))];
    },
  );

  for (const action of ["load", "unload"] as const) {
    const schema = routeSchema({
      summary: action === "load" ? "Load a model, or load it again" : "Unload a model",
      tag: TAG,
      needs: "load",
      params: modelParamsSchema,
      responses: {
        200: EMPTY,
        403: { description: "Loading is off", schema: inferenceErrorSchema },
        404: { description: "There is no such model", schema: inferenceErrorSchema },
        500: { description: "The version cannot be served", schema: inferenceErrorSchema },
      },
    });
    app.post<{ Params: { name: string } }>(
      `/v2/repository/models/:name/${action}`,
      { schema },
      async (request, reply) => {
        const { name } = request.params;
        if (!allowLoading) throw new ModelwrightError("SERVER_LOADING_OFF", { model: name });
        const [model = name] = name.split(/[:@]/);
        const entry = { action: `model.${action}`, model, target: name } as const;
        await noteAction(registry.stores.audit, request, { entry, act: () => residency[action](name) });
        return reply.send();
      },
    );
  }
}
