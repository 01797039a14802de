import { z } from "zod";

export const liveSchema = z.strictObject({ live: z.boolean() }).meta({ examples: [{ live: true }] });

/** The protocol's text and its gRPC form name the key differently; both are there. */
export const readySchema = z
  .strictObject({ live: z.boolean(), ready: z.boolean() })
  .meta({ examples: [{ live: true, ready: true }] });

export const serverMetadataSchema = z
  .strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({
    examples: [{ name: "modelwright", version: "0.1.0", extensions: ["binary_tensor_data", "classification"] }],
  });

const tensorMetadataSchema = z.strictObject({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int()).describe("-1 is a free dimension"),
});
/** A tensor of a model. */
export type TensorMetadata = z.infer<typeof tensorMetadataSchema>;

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

/** Parameters that mean something here; others pass, as the protocol allows. */
function parameters<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).nullish();
}

/**
 * Open Inference Protocol v2, inference request. The route checks what only it knows: names, shapes, the items. Clients
 * write `null` for what they leave out.
 */
export const inferRequestSchema = z
  .object({
    id: z.string().nullish(),
    parameters: parameters({
      binary_data_output: z.boolean().nullish().describe("Outputs as bytes behind the JSON, where they do not say"),
      timeout: z.int().nonnegative().nullish().describe("Microseconds in which to answer; 0: the server's own limit"),
    }),
    inputs: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().nonnegative()),
        datatype: z.string(),
        parameters: parameters({
          binary_data_size: z.int().nonnegative().nullish().describe("Bytes behind the JSON that hold the data"),
        }),
        data: z.array(z.unknown()).nullish().describe("Row by row; flat or nested"),
      }),
    ),
    outputs: z
      .array(
        z.object({
          name: z.string(),
          parameters: parameters({
            binary_data: z.boolean().nullish().describe("As bytes behind the JSON"),
            classification: z
              .int()
              .positive()
              .nullish()
              .describe("So many of the largest values as value:index:label, in place of all"),
          }),
        }),
      )
      .nullish()
      .describe("Default: all"),
  })
  .meta({
    examples: [
      { id: "42", inputs: [{ name: "text", shape: [2], datatype: "BYTES", data: ["Where is my parcel?", "Refund!"] }] },
    ],
  });
export type InferRequest = z.infer<typeof inferRequestSchema>;

/** An input tensor with its values, wherever in the request they stood. */
export interface InputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** Row by row, flat or nested. */
  readonly data: readonly unknown[];
}

/** Datatypes of outputs, as the protocol names them. */
export type OutputDatatype = "BYTES" | "FP32" | "INT32";

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
        parameters: z.strictObject({ binary_data_size: z.int() }).optional(),
        data: z
          .array(z.union([z.string(), z.number()]))
          .optional()
          .describe("Absent where the values are bytes behind the JSON"),
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

/** Extension model_repository, the list of models. */
export const repositoryIndexRequestSchema = z
  .looseObject({ ready: z.boolean().nullish().describe("Only those that answer") })
  .meta({ examples: [{ ready: true }] });
export type RepositoryIndexRequest = z.infer<typeof repositoryIndexRequestSchema>;

export const repositoryIndexSchema = z
  .array(
    z.strictObject({
      name: z.string(),
      version: z.string().optional().describe("Absent of a model that nothing asked for"),
      state: z.enum(["LOADING", "READY", "UNLOADING", "UNAVAILABLE"]).optional(),
      reason: z.string().optional().describe("Why it is unavailable"),
    }),
  )
  .meta({
    examples: [
      [
        { name: "mail-triage", version: "3", state: "READY", reason: "" },
        { name: "mail-triage", version: "4", state: "UNAVAILABLE", reason: "model.onnx: its bytes are damaged" },
        { name: "churn" },
      ],
    ],
  });

const durationStatSchema = z.strictObject({
  count: z.int().nonnegative(),
  ns: z.int().nonnegative().describe("Nanoseconds, of all together"),
});

/** Extension statistics, by the names that Triton gives them. */
const modelStatisticsSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  last_inference: z.int().nonnegative().describe("Milliseconds since 1970; 0: never"),
  inference_count: z.int().nonnegative().describe("Items answered"),
  execution_count: z.int().nonnegative().describe("Batches run"),
  inference_stats: z.strictObject({
    success: durationStatSchema.describe("Requests answered, those from the cache too"),
    fail: durationStatSchema.describe("Requests answered with an error"),
    queue: durationStatSchema.describe("Waiting for a batch"),
    compute_input: durationStatSchema.describe("Preparing the items, such as cutting texts into tokens"),
    compute_infer: durationStatSchema.describe("Running the model"),
    compute_output: durationStatSchema.describe("The way to the worker and back"),
    cache_hit: durationStatSchema.describe("Items found in the result cache"),
    cache_miss: durationStatSchema.describe("Items looked for there in vain"),
  }),
  response_stats: z.strictObject({}).describe("Of models that answer a request in parts; always empty"),
  batch_stats: z
    .array(
      z.strictObject({
        batch_size: z.int().positive(),
        compute_input: durationStatSchema,
        compute_infer: durationStatSchema,
        compute_output: durationStatSchema,
      }),
    )
    .describe("By items of a batch; one of models that share a base counts for each of them"),
  memory_usage: z.array(
    z.strictObject({ type: z.string(), id: z.int().nonnegative(), byte_size: z.int().nonnegative() }),
  ),
});
export type ModelStatistics = z.infer<typeof modelStatisticsSchema>;

export const modelStatisticsListSchema = z.strictObject({ model_stats: z.array(modelStatisticsSchema) }).meta({
  examples: [
    {
      model_stats: [
        {
          name: "mail-triage",
          version: "3",
          last_inference: 1795861122419,
          inference_count: 3,
          execution_count: 2,
          inference_stats: {
            success: { count: 3, ns: 12_600_000 },
            fail: { count: 0, ns: 0 },
            queue: { count: 3, ns: 1_200_000 },
            compute_input: { count: 3, ns: 300_000 },
            compute_infer: { count: 3, ns: 10_500_000 },
            compute_output: { count: 3, ns: 400_000 },
            cache_hit: { count: 0, ns: 0 },
            cache_miss: { count: 0, ns: 0 },
          },
          response_stats: {},
          batch_stats: [
            {
              batch_size: 1,
              compute_input: { count: 1, ns: 90_000 },
              compute_infer: { count: 1, ns: 3_100_000 },
              compute_output: { count: 1, ns: 120_000 },
            },
            {
              batch_size: 2,
              compute_input: { count: 1, ns: 105_000 },
              compute_infer: { count: 1, ns: 3_700_000 },
              compute_output: { count: 1, ns: 140_000 },
            },
          ],
          memory_usage: [],
        },
      ],
    },
  ],
});
