import { z } from "zod";

/** How the vectors of a text's tokens become one. */
const POOLINGS = ["mean", "cls", "max", "mean_sqrt_len_tokens", "none"] as const;

/** Of a recipe's `model` whose base is an ONNX file. */
export const graphFields = {
  head: z
    .strictObject({
      at: z
        .string()
        .min(1)
        .optional()
        .describe(
          "Name of a tensor of the graph, an output or one inside: float [batch, sequence, width] or [batch, width]; default: last_hidden_state, otherwise what names and shapes of the outputs tell",
        ),
      pooling: z
        .enum(POOLINGS)
        .optional()
        .describe(
          "How vectors of tokens become one of the text; none: there is one already; default: as modules.json says, otherwise mean",
        ),
    })
    .optional()
    .describe("Of a base that is an ONNX file: where the head stands"),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe("Of a base that is an ONNX file: path of its tokenizer.json; default: beside the file"),
};
