import { z } from "zod";

/** A schema of a request or a response: checks a value and describes itself in OpenAPI. */
export type HttpSchema = z.ZodType;

/** What is wrong with one value of a request. */
export interface SchemaIssue {
  /** `texts[3]`; `body` for the whole. */
  readonly path: string;
  readonly rule: string;
  readonly got: string;
}

/** JSON Schema 2020-12 as OpenAPI 3.1 uses it. */
export function openApiSchema(schema: HttpSchema, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io }) as Record<string, unknown>;
  return rest;
}

/**
 * Checks a value from outside.
 *
 * @param what Stands for the whole value in a path: `body`, `query`.
 * @returns The value with defaults, or the first thing that is wrong with it.
 */
export function checkHttpValue<T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
): { readonly value: T } | { readonly issue: SchemaIssue } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0]!;
  const isUnknownKey = issue.code === "unrecognized_keys";
  const path = isUnknownKey ? [...issue.path, issue.keys[0]!] : issue.path;
  const rule = isUnknownKey ? "is not known here" : issue.message.replace(/^Invalid input: /, "");
  return { issue: { path: showPath(path, what), rule, got: showHttpValue(valueAt(value, path)) } };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], root);
}

function showPath(path: readonly PropertyKey[], what: string): string {
  if (path.length === 0) return what;
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key)}`)).join("");
}

const MAX_SHOWN = 80;
/** Deeper and longer values are cut: a client may nest lists until the stack ends. */
const MAX_SHOWN_DEPTH = 3;
const MAX_SHOWN_ELEMENTS = 8;

/** A value from outside as it stands in a message: JSON, cut where it is deep or long. */
export function showHttpValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(cut(value, 0)) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}...` : text;
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.slice(0, MAX_SHOWN);
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_SHOWN_DEPTH) return "...";
  if (Array.isArray(value)) return value.slice(0, MAX_SHOWN_ELEMENTS).map((element) => cut(element, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_SHOWN_ELEMENTS);
  return Object.fromEntries(entries.map(([key, element]) => [key.slice(0, MAX_SHOWN), cut(element, depth + 1)]));
}

/** Every error on /v1. */
export const errorBodySchema = z
  .strictObject({
    code: z.string().describe("Stable; branch on it, never on the message"),
    message: z.string().describe("Where and which rule, the value that broke it; what to do"),
    details: z.record(z.string(), z.unknown()),
    requestId: z.string().describe("Stands beside the request in the server's log"),
  })
  .meta({
    examples: [
      {
        code: "SERVER_REQUEST_INVALID",
        message: "texts[1]: expected string, received number, got 7. Mend the value; /openapi.json describes …",
        details: { path: "texts[1]", rule: "expected string, received number", got: "7" },
        requestId: "2f1c7a52-8a3c-4b6e-9a43-7c9f5f7f0f11",
      },
    ],
  });
export type ErrorBody = z.infer<typeof errorBodySchema>;

export interface TextLimits {
  readonly maxTextsPerRequest: number;
  /** Of one text, in UTF-8. */
  readonly maxTextBytes: number;
}

function textSchema({ maxTextBytes }: TextLimits) {
  return z.string().refine((text) => text.length * 3 <= maxTextBytes || utf8Length(text) <= maxTextBytes, {
    error: `a text must be at most ${maxTextBytes} bytes of UTF-8`,
  });
}

const utf8 = new TextEncoder();
function utf8Length(text: string): number {
  return utf8.encode(text).length;
}

const modelName = z.string().describe("A loaded model: name, name@alias or name:version");

export const modelParamsSchema = z.object({ name: modelName });
export const modelVersionParamsSchema = z.object({ name: modelName, version: z.string().describe("Such as 3") });

/** `POST /v1/models/{name}/predict`: one text or several. */
export function predictRequestSchema(limits: TextLimits) {
  const { maxTextsPerRequest } = limits;
  const text = textSchema(limits);
  return z
    .strictObject({
      texts: z
        .array(text)
        .min(1, `must hold 1 to ${maxTextsPerRequest} texts`)
        .max(maxTextsPerRequest, `must hold 1 to ${maxTextsPerRequest} texts`)
        .optional(),
      text: text.optional(),
    })
    .refine(({ texts, text }) => (texts === undefined) !== (text === undefined), {
      error: 'must have "texts" or "text", and not both',
    })
    .meta({ examples: [{ texts: ["Where is my parcel?", "I want my money back"] }, { text: "Where is my parcel?" }] });
}
export type PredictRequest = z.infer<ReturnType<typeof predictRequestSchema>>;

export const predictQuerySchema = z.strictObject({
  all: z.enum(["true", "false"]).optional().describe("Probabilities of every label"),
  top_k: z.coerce.number().int().min(1).max(1_000_000).optional().describe("Probabilities of so many likeliest labels"),
});

export const predictResponseSchema = z
  .strictObject({
    model: z.strictObject({ name: z.string(), version: z.int() }),
    predictions: z
      .array(
        z.strictObject({
          label: z.string(),
          probability: z.number().min(0).max(1).describe("Of the label"),
          probabilities: z
            .record(z.string(), z.number())
            .optional()
            .describe("With all=true or top_k, likeliest first"),
        }),
      )
      .describe("In the order of the texts"),
  })
  .meta({
    examples: [
      { model: { name: "mail-triage", version: 3 }, predictions: [{ label: "shipping", probability: 0.9731 }] },
    ],
  });
export type PredictResponse = z.infer<typeof predictResponseSchema>;

export const modelListSchema = z
  .strictObject({
    models: z.array(
      z.strictObject({
        name: z.string(),
        version: z.int(),
        references: z.array(z.string()).describe("What this version answers to"),
        task: z.string(),
        labels: z.array(z.string()),
        createdAt: z.string(),
      }),
    ),
  })
  .meta({
    examples: [
      {
        models: [
          {
            name: "mail-triage",
            version: 3,
            references: ["mail-triage", "mail-triage:3", "mail-triage@champion"],
            task: "text-classification",
            labels: ["refund", "shipping"],
            createdAt: "2026-11-24T12:15:30.000Z",
          },
        ],
      },
    ],
  });
export type ModelList = z.infer<typeof modelListSchema>;

/** Every error on /v2. */
export const inferenceErrorSchema = z
  .strictObject({ error: z.string() })
  .meta({ examples: [{ error: 'model "invoices" is not loaded; loaded: "mail-triage". Name one that is loaded' }] });

export const liveSchema = z.strictObject({ live: z.boolean() }).meta({ examples: [{ live: true }] });

/** The protocol's text and its gRPC form name the key differently; both are there. */
export const readySchema = z
  .strictObject({ live: z.boolean(), ready: z.boolean() })
  .meta({ examples: [{ live: true, ready: true }] });

export const serverMetadataSchema = z
  .strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ examples: [{ name: "modelwright", version: "0.1.0", extensions: [] }] });

const tensorMetadataSchema = z.strictObject({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int()).describe("-1 is a free dimension"),
});

export const modelMetadataSchema = z
  .strictObject({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(tensorMetadataSchema),
    outputs: z.array(tensorMetadataSchema),
  })
  .meta({
    examples: [
      {
        name: "mail-triage",
        versions: ["3"],
        platform: "onnx_onnxv1",
        inputs: [{ name: "text", datatype: "BYTES", shape: [-1] }],
        outputs: [
          { name: "label", datatype: "BYTES", shape: [-1] },
          { name: "probabilities", datatype: "FP32", shape: [-1, 2] },
        ],
      },
    ],
  });

export const modelReadySchema = z
  .strictObject({ name: z.string(), ready: z.boolean() })
  .meta({ examples: [{ name: "mail-triage", ready: true }] });

const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** Open Inference Protocol v2, inference request. The route checks what only it knows: names, shapes, the texts. */
export const inferRequestSchema = z
  .object({
    id: z.string().optional(),
    parameters: parametersSchema.optional(),
    inputs: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()),
        datatype: z.string(),
        parameters: parametersSchema.optional(),
        data: z.array(z.unknown()).describe("Row by row; flat or nested"),
      }),
    ),
    outputs: z
      .array(z.object({ name: z.string(), parameters: parametersSchema.optional() }))
      .optional()
      .describe("Default: all"),
  })
  .meta({
    examples: [
      { id: "42", inputs: [{ name: "text", shape: [2], datatype: "BYTES", data: ["Where is my parcel?", "Refund!"] }] },
    ],
  });
export type InferRequest = z.infer<typeof inferRequestSchema>;

export const inferResponseSchema = z
  .strictObject({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    outputs: z.array(
      z.strictObject({
        name: z.string(),
        shape: z.array(z.int()),
        datatype: z.string(),
        data: z.array(z.union([z.string(), z.number()])),
      }),
    ),
  })
  .meta({
    examples: [
      {
        model_name: "mail-triage",
        model_version: "3",
        id: "42",
        outputs: [
          { name: "label", shape: [2], datatype: "BYTES", data: ["shipping", "refund"] },
          { name: "probabilities", shape: [2, 2], datatype: "FP32", data: [0.03, 0.97, 0.91, 0.09] },
        ],
      },
    ],
  });
export type InferResponse = z.infer<typeof inferResponseSchema>;
