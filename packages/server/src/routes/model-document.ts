import type { RequestLimits } from "@modelwright/contracts";
import type { ServedModel } from "../inference/served-models.ts";
import { modelSchemas } from "./model-schemas.ts";
import { type DocumentedRoute, openApiDocument } from "./openapi-document.ts";

/** The route that one model is asked by. */
const PREDICT = "/v1/models/:name/predict";

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody: { readonly content: { readonly "application/json": object } };
  readonly responses: Readonly<Record<string, { readonly content: { readonly "application/json": object } }>>;
}

/** OpenAPI 3.1 of one version, with its own labels and columns, for programs that make clients of such documents. */
export function modelDocument(
  routes: readonly DocumentedRoute[],
  { record: { name, version, manifest } }: ServedModel,
  { reference, limits }: { readonly reference: string; readonly limits: RequestLimits },
): object {
  const predict = routes.filter(({ url }) => url === PREDICT);
  const { paths, info, ...head } = openApiDocument(predict, [manifest.task]) as {
    readonly info: object;
    readonly paths: Readonly<Record<string, { readonly post: Operation }>>;
  };
  const operation = Object.values(paths)[0]!.post;
  const { request, answer } = modelSchemas(manifest, limits);
  const response = {
    type: "object",
    properties: {
      model: { type: "object", properties: { name: { type: "string" }, version: { type: "integer" } } },
      predictions: { type: "array", items: answer },
    },
    required: ["model", "predictions"],
  };
  const post = {
    ...operation,
    operationId: "predict",
    parameters: (operation.parameters ?? []).filter((parameter) => parameter.name !== "name"),
    requestBody: { required: true, content: { "application/json": { schema: request } } },
    responses: {
      ...operation.responses,
      200: { ...operation.responses[200], content: { "application/json": { schema: response } } },
    },
  };
  return {
    ...head,
    info: { ...info, title: name, version: String(version), description: `The model ${name}, version ${version}.` },
    // The document lies below the model.
    servers: [{ url: "../../..", description: "The server where this document lies" }],
    paths: { [`/v1/models/${encodeURIComponent(reference)}/predict`]: { post } },
  };
}
