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
