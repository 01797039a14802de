import {
  EMBEDDING_OBJECT,
  type EmbeddingsResponse,
  embeddingsRequestSchema,
  embeddingsResponseSchema,
  ModelwrightError,
  taskNames,
} from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import type { FastifyInstance } from "fastify";
import { longestList } from "../../access/count-items.ts";
import type { ServedModel } from "../../inference/served-models.ts";
import { checked } from "../checked.ts";
import { termsOf } from "../request-terms.ts";
import type { RouteContext } from "../route-context.ts";
import { describedSchema } from "../route-schema.ts";
import { OPENAI_ERRORS } from "./openai-responses.ts";

const HEAD = { summary: "Give texts vectors", needs: "predict", items: longestList, tag: "OpenAI" } as const;

/** `POST /v1/embeddings`: vectors of texts. */
export function embeddingsRoute(app: FastifyInstance, { answerer, router, limits }: RouteContext): void {
  const requestSchema = embeddingsRequestSchema(limits);
  const schema = describedSchema(HEAD, () => ({
    description: "As OpenAI's clients ask for it.",
    body: requestSchema,
    responses: {
      200: { description: "A vector per text, in their order", schema: embeddingsResponseSchema },
      ...OPENAI_ERRORS,
    },
  }));
  app.post("/v1/embeddings", { schema }, async (request, reply): Promise<EmbeddingsResponse> => {
    const { model: reference, input, dimensions, encoding_format } = checked(requestSchema, request.body, "body");
    const routed = router.route(request, reply, reference);
    const vectorOf = embedderOf(routed.model);
    const items = typeof input === "string" ? [input] : input;
    const raw = await answerer.answer({
      ...routed,
      items,
      options: {},
      response: reply.raw,
      call: request.call,
      ...termsOf(request),
    });
    const answers = raw.map((each) => vectorOf(each));
    const tokens = answers.reduce((sum, each) => sum + each.tokens, 0);
    return {
      object: "list",
      data: raw.map((each, index) => {
        const { vector } = vectorOf(each, dimensions ?? undefined);
        const embedding = encoding_format === "base64" ? base64Of(vector) : Array.from(vector);
        return { object: EMBEDDING_OBJECT, index, embedding };
      }),
      model: reference,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  });
}

/**
 * How a model gives vectors.
 * @throws {ModelwrightError} `MODEL_TASK_UNSUPPORTED` for one that gives none.
 */
function embedderOf(model: ServedModel) {
  const { vector } = model.row;
  if (vector !== undefined) return vector;
  const tasks = taskNames.filter((task) => inferenceRow(task).vector !== undefined);
  const { task } = model.record.manifest;
  throw new ModelwrightError("MODEL_TASK_UNSUPPORTED", { what: "a vector of a text", model: model.key, task, tasks });
}

/** Its float32 numbers, little endian, as the clients of OpenAI read them. */
function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT);
  vector.forEach((value, i) => {
    bytes.writeFloatLE(value, i * Float32Array.BYTES_PER_ELEMENT);
  });
  return bytes.toString("base64");
}
