import { z } from "zod";

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

const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** Open Inference Protocol v2, inference request. The route checks what only it knows: names, shapes, the items. */
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
