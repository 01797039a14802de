import {
  type Completion,
  type CompletionRequest,
  completionRequestSchema,
  completionSchema,
} from "@modelwright/contracts";
import type { Prompt } from "@modelwright/inference";
import type { FastifyInstance } from "fastify";
import { longestList } from "../../access/count-items.ts";
import type { RouteContext } from "../route-context.ts";
import { routeSchema } from "../route-schema.ts";
import { clientSignal } from "./client-signal.ts";
import { sendEvents } from "./event-stream.ts";
import { OPENAI_ERRORS } from "./openai-responses.ts";
import { requireWriter } from "./require-writer.ts";
import { FINISH_REASONS, usageOf, writeChoices } from "./write-choices.ts";

/** OpenAI's default, which programs may count on. */
const MAX_TOKENS = 16;

/** `POST /v1/completions`: texts behind prompts. */
export function completionsRoute(app: FastifyInstance, { texts, router }: RouteContext): void {
  const schema = routeSchema({
    summary: "Write on behind prompts",
    needs: "predict",
    items: longestList,
    description: "As OpenAI's clients ask for it. With stream, the answer comes as server-sent events.",
    tag: "OpenAI",
    body: completionRequestSchema,
    responses: { 200: { description: "The texts", schema: completionSchema }, ...OPENAI_ERRORS },
  });
  app.post<{ Body: CompletionRequest }>("/v1/completions", { schema }, async (request, reply) => {
    const { body, call } = request;
    const head = {
      id: `cmpl-${call.id}`,
      object: "text_completion",
      created: Math.floor(Date.now() / 1000),
      model: body.model,
    } as const;
    const asked = {
      ...requireWriter(router.route(request, reply, body.model)),
      call,
      prompts: promptsOf(body.prompt),
      sampling: body,
      options: { maxTokens: body.max_tokens ?? MAX_TOKENS },
      signal: clientSignal(reply.raw),
    };
    if (!body.stream) {
      const written = await writeChoices(texts, { ...asked, onText: () => {}, onEnd: () => {} });
      const choices = written.map(({ text, finish }, index) => ({
        index,
        text,
        logprobs: null,
        finish_reason: FINISH_REASONS[finish],
      }));
      return { ...head, choices, usage: usageOf(written, body) } satisfies Completion;
    }
    const withUsage = body.stream_options?.include_usage ?? false;
    const empty = withUsage ? { usage: null } : {};
    return sendEvents(reply, async ({ send }) => {
      const chunk = (index: number, text: string, finish_reason: string | null) =>
        send({ ...head, choices: [{ index, text, logprobs: null, finish_reason }], ...empty });
      const written = await writeChoices(texts, {
        ...asked,
        onText: (index, text) => chunk(index, text, null),
        onEnd: (index, { finish }) => chunk(index, "", FINISH_REASONS[finish]),
      });
      if (withUsage) send({ ...head, choices: [], usage: usageOf(written, body) });
    });
  });
}

function promptsOf(prompt: CompletionRequest["prompt"]): readonly Prompt[] {
  if (typeof prompt === "string") return [{ text: prompt }];
  const [first] = prompt ?? [];
  if (first === undefined) return [{ text: "" }];
  if (typeof first === "number") return [{ tokens: prompt as number[] }];
  return (prompt as readonly (string | number[])[]).map((each) =>
    typeof each === "string" ? { text: each } : { tokens: each },
  );
}
