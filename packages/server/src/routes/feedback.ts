import {
  errorBodySchema,
  FEEDBACK_WAYS,
  type FeedbackEntry,
  type FeedbackResponse,
  feedbackRequestSchema,
  feedbackResponseSchema,
} from "@modelwright/contracts";
import type { JsonValue, NewFeedback } from "@modelwright/registry";
import type { FastifyInstance } from "fastify";
import { checked } from "./checked.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

/** `POST /v1/feedback`: what became known of predictions, at once or months later. */
export function feedbackRoute(app: FastifyInstance, { recorder }: RouteContext): void {
  const { body: _, ...schema } = routeSchema({
    summary: "Say what was right of predictions",
    needs: "label",
    description:
      "Of predictions of any model of the registry, served or not. A truth is accepted for training at once; a correction, a thumb and a comment wait for a review.",
    tag: "predictions",
    body: feedbackRequestSchema,
    responses: {
      200: { description: "What became of it", schema: feedbackResponseSchema },
      400: { description: "A value breaks a rule; nothing of the request is kept", schema: errorBodySchema },
      404: { description: "The key is for some models, and a prediction is of none of them", schema: errorBodySchema },
      503: { description: "The registry cannot be reached; send it again", schema: errorBodySchema },
    },
  });
  app.post("/v1/feedback", { schema }, async ({ body, client }): Promise<FeedbackResponse> => {
    const given = checked(feedbackRequestSchema, body, "body");
    const entries = "feedback" in given ? given.feedback : [given];
    const { unmatched, ...counts } = await recorder.addFeedback(
      entries.map((entry) => feedbackOf(entry, client?.name)),
      client?.models,
    );
    return { ...counts, unmatched: [...unmatched] };
  });
}

function feedbackOf(entry: FeedbackEntry, sender: string | undefined): NewFeedback {
  const { prediction, id, by = sender, at } = entry;
  const kind = FEEDBACK_WAYS.find((way) => entry[way] !== undefined)!;
  return {
    prediction: predictionOf(prediction),
    kind,
    value: entry[kind] as JsonValue,
    ...(id !== undefined && { id }),
    ...(by !== undefined && { by }),
    ...(at !== undefined && { at }),
  };
}

/** The id alone is that of its first item; OpenAI's routes put a word before it. */
function predictionOf(id: string): string {
  const bare = id.replace(/^(?:chatcmpl|cmpl)-/, "");
  return /\.\d+(?:\.shadow)?$/.test(bare) ? bare : `${bare}.0`;
}
