import { z } from "zod";
import { generationOptions, stopString } from "../tasks/generation-options.ts";

// Requests and answers as OpenAI's clients know them: https://platform.openai.com/docs/api-reference

const model = z.string().describe("A loaded model: name, name@alias or name:version");
const NEUTRAL = "is not supported here; leave it out";

/** A parameter of OpenAI's that changes what is written, which only its neutral values leave as it is. */
const only = (...values: readonly (string | number | boolean)[]) =>
  z.literal([...values], { error: NEUTRAL }).nullish();
const absent = z.never({ error: NEUTRAL }).nullish();
const emptyOnly = z.union([z.array(z.never()), z.strictObject({})], { error: NEUTRAL }).nullish();

/** Parameters that change nothing of a text: they are passed over. */
const passedOver = {
  user: z.unknown().optional(),
  metadata: z.unknown().optional(),
  store: z.unknown().optional(),
  service_tier: z.unknown().optional(),
  safety_identifier: z.unknown().optional(),
  prompt_cache_key: z.unknown().optional(),
  parallel_tool_calls: z.unknown().optional(),
};

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();
const { maxTokens, temperature, topK, topP, minP, repetitionPenalty, seed, regex } = generationOptions;

const sampling = {
  model,
  temperature: optional(temperature),
  top_p: optional(topP),
  n: z.int().min(1).max(64).nullish().describe("Texts per prompt, each with a seed of its own; default: 1"),
  seed: optional(seed).describe("The same seed writes the same text; default: another one each time"),
  stop: z
    .union([stopString, z.array(stopString).min(1).max(16)])
    .nullish()
    .describe("The text ends before the first of these that comes"),
  stream: z.boolean().nullish().describe("Whether the text comes as server-sent events, as it is written"),
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
    .nullish(),
  frequency_penalty: only(0),
  presence_penalty: only(0),
  logit_bias: emptyOnly,
  top_k: optional(topK),
  min_p: optional(minP),
  repetition_penalty: optional(repetitionPenalty),
  regex: optional(regex),
  ...passedOver,
} as const;

const tokens = z.array(z.int().nonnegative()).min(1);

/** `POST /v1/completions`. */
export const completionRequestSchema = z
  .strictObject({
    ...sampling,
    prompt: z
      .union([z.string(), z.array(z.string()).min(1).max(64), tokens, z.array(tokens).min(1).max(64)])
      .nullish()
      .describe("A text, several, or their token ids; default: the model begins a text"),
    max_tokens: optional(maxTokens).describe("Tokens to write at most; default: 16"),
    logprobs: absent,
    echo: only(false),
    suffix: absent,
    best_of: only(1),
  })
  .meta({ examples: [{ model: "gpt-brown", prompt: "The mayor said", max_tokens: 40, stop: "\n" }] });
export type CompletionRequest = z.infer<typeof completionRequestSchema>;

const contentPart = z.strictObject({ type: z.literal("text"), text: z.string() });

const message = z.strictObject({
  role: z.string().describe("system, user, assistant, or what else the model's template knows"),
  content: z.union([z.string(), z.array(contentPart)]),
  name: z.unknown().optional().describe("Passed over"),
  // What an answer may hold that is sent back.
  refusal: absent,
  tool_calls: emptyOnly,
  function_call: absent,
  audio: absent,
  annotations: emptyOnly,
});

const responseFormat = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text") }),
    z.strictObject({ type: z.literal("json_object") }),
    z.strictObject({
      type: z.literal("json_schema"),
      json_schema: z.strictObject({
        name: z.string(),
        description: z.string().nullish(),
        schema: z.record(z.string(), z.unknown()),
        strict: z.boolean().nullish(),
      }),
    }),
  ])
  .describe(
    "json_object: any JSON object; json_schema: what fits the schema, as far as its keywords are supported. Tokens that hold a part of a character only are not written",
  );

/** `POST /v1/chat/completions`. */
export const chatRequestSchema = z
  .strictObject({
    ...sampling,
    messages: z.array(message).min(1),
    max_tokens: optional(maxTokens).describe("The same as max_completion_tokens"),
    max_completion_tokens: optional(maxTokens).describe("Tokens to write at most; default: what there is room for"),
    response_format: responseFormat.nullish(),
    logprobs: only(false),
    top_logprobs: only(0),
    tools: emptyOnly,
    tool_choice: only("none", "auto"),
    functions: emptyOnly,
    function_call: only("none", "auto"),
    modalities: z.tuple([z.literal("text")]).nullish(),
    audio: absent,
    prediction: absent,
    reasoning_effort: z.unknown().optional(),
    verbosity: z.unknown().optional(),
  })
  .refine(({ max_tokens, max_completion_tokens }) => max_tokens == null || max_completion_tokens == null, {
    path: ["max_tokens"],
    error: "must be left out beside max_completion_tokens, which it is another name of",
  })
  .meta({ examples: [{ model: "assistant", messages: [{ role: "user", content: "Where is my parcel?" }] }] });
export type ChatRequest = z.infer<typeof chatRequestSchema>;

const finishReason = z.enum(["stop", "length"]);
const usage = z.strictObject({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });
export type TokenUsage = z.infer<typeof usage>;

export const completionSchema = z
  .strictObject({
    id: z.string(),
    object: z.literal("text_completion"),
    created: z.int().describe("Unix time in seconds"),
    model: z.string(),
    choices: z.array(
      z.strictObject({ index: z.int(), text: z.string(), logprobs: z.null(), finish_reason: finishReason }),
    ),
    usage,
  })
  .meta({
    examples: [
      {
        id: "cmpl-2f1c7a52-8a3c-4b6e-9a43-7c9f5f7f0f11",
        object: "text_completion",
        created: 1_790_000_000,
        model: "gpt-brown",
        choices: [{ index: 0, text: " that the city needed a new bridge.", logprobs: null, finish_reason: "stop" }],
        usage: { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 },
      },
    ],
  });
export type Completion = z.infer<typeof completionSchema>;

export const chatCompletionSchema = z
  .strictObject({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.int().describe("Unix time in seconds"),
    model: z.string(),
    choices: z.array(
      z.strictObject({
        index: z.int(),
        message: z.strictObject({ role: z.literal("assistant"), content: z.string(), refusal: z.null() }),
        logprobs: z.null(),
        finish_reason: finishReason,
      }),
    ),
    usage,
  })
  .meta({
    examples: [
      {
        id: "chatcmpl-2f1c7a52-8a3c-4b6e-9a43-7c9f5f7f0f11",
        object: "chat.completion",
        created: 1_790_000_000,
        model: "assistant",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: "Tracking is under Orders.", refusal: null },
            logprobs: null,
            finish_reason: "stop",
          },
        ],
        usage: { prompt_tokens: 14, completion_tokens: 6, total_tokens: 20 },
      },
    ],
  });
export type ChatCompletion = z.infer<typeof chatCompletionSchema>;

/** What OpenAI's routes answer to a request that fails. */
export const openAiErrorSchema = z
  .strictObject({
    error: z.strictObject({
      message: z.string(),
      type: z.enum(["invalid_request_error", "server_error"]),
      param: z.string().nullable().describe("The parameter that breaks a rule"),
      code: z.string().nullable(),
    }),
  })
  .meta({
    examples: [
      {
        error: {
          message: "max_tokens: must be at least 1, got 0. Fix the value; /openapi.json describes …",
          type: "invalid_request_error",
          param: "max_tokens",
          code: "SERVER_REQUEST_INVALID",
        },
      },
    ],
  });
export type OpenAiError = z.infer<typeof openAiErrorSchema>;

export const openAiModelSchema = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int().describe("Unix time in seconds"),
    owned_by: z.string(),
  })
  .meta({ examples: [{ id: "gpt-brown", object: "model", created: 1_790_000_000, owned_by: "modelwright" }] });
export type OpenAiModel = z.infer<typeof openAiModelSchema>;
