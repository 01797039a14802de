import { type ChatCompletion, type ChatRequest, chatCompletionSchema, chatRequestSchema } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import type { RouteContext } from "../route-context.ts";
import { routeSchema } from "../route-schema.ts";
import { clientSignal } from "./client-signal.ts";
import { sendEvents } from "./event-stream.ts";
import { OPENAI_ERRORS } from "./openai-responses.ts";
import { requireWriter } from "./require-writer.ts";
import { FINISH_REASONS, usageOf, writeChoices } from "./write-choices.ts";

/** `POST /v1/chat/completions`: the next turn of a conversation. */
export function chatCompletionsRoute(app: FastifyInstance, { texts, router }: RouteContext): void {
  const schema = routeSchema({
    summary: "Answer in a conversation",
    needs: "predict",
    description:
      "As OpenAI's clients ask for it, to models with a chat template. With stream, the answer comes as server-sent events.",
    tag: "OpenAI",
    body: chatRequestSchema,
    responses: { 200: { description: "The answers", schema: chatCompletionSchema }, ...OPENAI_ERRORS },
  });
  app.post<{ Body: ChatRequest }>("/v1/chat/completions", { schema }, async (request, reply) => {
    const { body, call } = request;
    const head = { id: `chatcmpl-${call.id}`, created: Math.floor(Date.now() / 1000), model: body.model };
    const asked = {
      ...requireWriter(router.route(request, reply, body.model)),
      call,
      prompts: [{ messages: body.messages.map(({ role, content }) => ({ role, content: textOf(content) })) }],
      sampling: body,
      options: {
        maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
        jsonSchema: schemaOf(body.response_format),
      },
      signal: clientSignal(reply.raw),
    };
    if (!body.stream) {
      const written = await writeChoices(texts, { ...asked, onText: () => {}, onEnd: () => {} });
      const choices = written.map(({ text, finish }, index) => ({
        index,
        message: { role: "assistant", content: text, refusal: null } as const,
        logprobs: null,
        finish_reason: FINISH_REASONS[finish],
      }));
      return { object: "chat.completion", ...head, choices, usage: usageOf(written, body) } satisfies ChatCompletion;
    }
    const withUsage = body.stream_options?.include_usage ?? false;
    const empty = withUsage ? { usage: null } : {};
    return sendEvents(reply, async ({ send }) => {
      const begun = new Set<number>();
      const chunk = (index: number, delta: object, finish_reason: string | null) => {
        const opening = begun.has(index) ? {} : { role: "assistant", content: "" };
        begun.add(index);
        const choices = [{ index, delta: { ...opening, ...delta }, logprobs: null, finish_reason }];
        send({ object: "chat.completion.chunk", ...head, choices, ...empty });
      };
      const written = await writeChoices(texts, {
        ...asked,
        onText: (index, content) => chunk(index, { content }, null),
        onEnd: (index, { finish }) => chunk(index, {}, FINISH_REASONS[finish]),
      });
      if (withUsage) send({ object: "chat.completion.chunk", ...head, choices: [], usage: usageOf(written, body) });
    });
  });
}

function textOf(content: ChatRequest["messages"][number]["content"]): string {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("");
}

/** The schema of a response format; the empty one is any object. */
function schemaOf(format: ChatRequest["response_format"]): object | undefined {
  if (format === null || format === undefined || format.type === "text") return undefined;
  return format.type === "json_schema" ? format.json_schema.schema : {};
}
