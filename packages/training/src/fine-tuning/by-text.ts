import { meanByText } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";
import type { Targets } from "../batch-sources/targets.ts";
import type { Evaluation } from "../evaluator/model-evaluator.ts";

/** Outputs `[rows, columns]` as those of texts: of one that is read in several windows their mean, `[texts, columns]`. */
export function byText(rows: Tensor<"float32">, textOf: Int32Array | undefined): Tensor<"float32"> {
  if (textOf === undefined) return rows;
  const data = meanByText(rows.data, textOf);
  return { dtype: "float32", shape: [(textOf.at(-1) ?? -1) + 1, ...rows.shape.slice(1)], data };
}

/** What rows are to become that are windows of texts: each what its text is. */
export function targetsOfWindows({ batch, weight }: Targets, textOf: Int32Array | undefined): Targets {
  if (textOf === undefined) return { batch, ...(weight === undefined ? {} : { weight }) };
  const texts = (rows: Int32Array) => rows.map((row) => textOf[row]!);
  return {
    batch: (rows) => batch(texts(rows)),
    ...(weight === undefined ? {} : { weight: (rows) => weight(texts(rows)) }),
  };
}

/** The same evaluation of texts that are read in windows. Where it takes the loss as it is trained, that is the mean over windows. */
export function evaluationByText(
  evaluation: Evaluation<"logits">,
  textOf: Int32Array | undefined,
): Evaluation<"logits"> {
  if (textOf === undefined) return evaluation;
  return {
    ...evaluation,
    measure: (data) => {
      const { logits, ...others } = data.outputs;
      if (logits === undefined) return evaluation.measure(data);
      return evaluation.measure({
        ...data,
        outputs: { ...others, logits: byText(logits as Tensor<"float32">, textOf) },
      });
    },
  };
}
