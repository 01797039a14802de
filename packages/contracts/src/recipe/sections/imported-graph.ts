import { z } from "zod";

/** How the vectors of a text's tokens become one. */
const POOLINGS = ["mean", "cls", "max", "mean_sqrt_len_tokens", "none"] as const;

/** A path that leads nowhere but into the base. */
const INSIDE = /^(?!\/)(?!.*\.\.)[\w./-]+\.onnx$/i;

/** Of a recipe's `model` whose base is an ONNX file. */
export const graphFields = {
  file: z
    .string()
    .refine((path) => INSIDE.test(path), { error: "must be a path inside the base that ends in .onnx" })
    .optional()
    .describe(
      "Of a base that is a folder or a model of the hub: the ONNX file that is taken, by its path inside: onnx/model_fp16.onnx; default: model.safetensors, otherwise onnx/model.onnx, model.onnx, float16 and at last quantised ones",
    ),
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
