import type { Tensor } from "@modelwright/engine";
import type { Decoder } from "@modelwright/models";
import type { LanguageModelObjective, LanguageModelRows } from "./language-model-objective.ts";

export interface CausalObjectiveOptions {
  readonly decoder: Decoder;
  /** As `tokenBlocks` gives them: int32 `[blocks, length + 1]`, flat. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** Ids that the model reads at once. */
  readonly length: number;
}

/** GPT's task (Radford et al. 2019): at each place the piece that follows. */
export function causalObjective(options: CausalObjectiveOptions): LanguageModelObjective<"next"> {
  const { decoder, length } = options;
  return {
    name: decoder.modelType,
    parts: ["next"],
    labels: { next: "labels" },
    build: (c) => {
      const inputIds = c.b.input("input_ids", "int64", ["batch", "sequence"]);
      const labels = c.b.input("labels", "int64", ["batch", "sequence"]);
      return { inputs: [inputIds, labels], parts: { next: { logits: decoder.decode(c, { inputIds }), labels } } };
    },
    train: blockRows(options.train, length),
    validation: blockRows(options.validation, length),
  };
}

function blockRows(blocks: Int32Array, length: number): LanguageModelRows {
  const stride = length + 1;
  return {
    lengths: new Int32Array(blocks.length / stride).fill(length),
    batch(rows) {
      const shifted = (by: number): Tensor<"int64"> => {
        const data = new BigInt64Array(rows.length * length);
        for (const [index, row] of rows.entries()) {
          const start = row * stride + by;
          data.set(BigInt64Array.from(blocks.subarray(start, start + length), BigInt), index * length);
        }
        return { dtype: "int64", shape: [rows.length, length], data };
      };
      return { input_ids: shifted(0), labels: shifted(1) };
    },
  };
}
