import { z } from "zod";

/** A named tensor of the graph; `-1` in the shape is a free dimension. */
const tensorSignatureSchema = z.strictObject({
  name: z.string(),
  dtype: z.string(),
  shape: z.array(z.int().min(-1)),
});
export type TensorSignature = z.infer<typeof tensorSignatureSchema>;

/** Inputs and outputs of the ONNX graph. */
export const tensorsSchema = z.strictObject({
  inputs: z.array(tensorSignatureSchema),
  outputs: z.array(tensorSignatureSchema),
});

/** An id of the tokenizer. */
export const tokenId = z.int().nonnegative();
