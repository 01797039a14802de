import { z } from "zod";
import { textItem } from "../tasks/text-item.ts";
import type { RequestLimits } from "./predict.ts";

// `POST /v1/embeddings` as OpenAI's clients know it: https://platform.openai.com/docs/api-reference/embeddings

/** What OpenAI calls a vector among others. */
export const EMBEDDING_OBJECT = "embedding";

/** The request, with the limits of a server. */
export function embeddingsRequestSchema(limits: RequestLimits) {
  const text = textItem(limits);
  return z
    .strictObject({
      model: z.string().describe("A loaded model: name, name@alias or name:version"),
      input: z
        .union([text, z.array(text).min(1).max(limits.maxItemsPerRequest)], {
          error: "must be a text, or a list of texts; lists of token ids are not supported",
        })
        .describe("A text or several"),
      dimensions: z
        .int()
        .min(1)
        .nullish()
        .describe("The first so many numbers of a vector, scaled to length 1; default: the whole vector"),
      encoding_format: z
        .enum(["float", "base64"])
        .nullish()
        .describe("base64: the bytes of float32, little endian; default: float"),
      user: z.unknown().optional().describe("Passed over"),
    })
    .meta({ examples: [{ model: "questions", input: ["Where is my card?", "I lost my card"] }] });
}
export type EmbeddingsRequest = z.infer<ReturnType<typeof embeddingsRequestSchema>>;

export const embeddingsResponseSchema = z
  .strictObject({
    object: z.literal("list"),
    data: z.array(
      z.strictObject({
        object: z.literal(EMBEDDING_OBJECT),
        index: z.int(),
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
    model: z.string().describe("As it was asked for"),
    usage: z.strictObject({ prompt_tokens: z.int(), total_tokens: z.int() }).describe("Tokens that were read"),
  })
  .meta({
    examples: [
      {
        object: "list",
        data: [{ object: EMBEDDING_OBJECT, index: 0, embedding: [0.6, -0.8] }],
        model: "questions",
        usage: { prompt_tokens: 6, total_tokens: 6 },
      },
    ],
  });
export type EmbeddingsResponse = z.infer<typeof embeddingsResponseSchema>;
