import type { Recipes } from "@modelwright/contracts";
import { encodeModel } from "@modelwright/engine";
import { featureWords, rowWords } from "../table-rows/feature-words.ts";
import { compileInterval } from "../table-rows/number-interval.ts";
import { encoderVersion } from "../table-rows/table-encoder.ts";
import { TableGraph } from "../table-rows/table-graph.ts";
import { partsManifest } from "../table-rows/table-manifest.ts";
import type { VersionParts } from "../task.ts";
import type { FittedTableRegressor } from "./fit.ts";

/** Outputs of the graph, `[rows, 1]` each. */
const OUTPUTS = ["value", "low", "high"] as const;

/** The graph of a regressor and what its manifest says. */
export function versionOf(
  { parts, interval, intervalRows, range, candidates, encoders, rows }: FittedTableRegressor,
  { data, train, model }: Recipes["tabular-regression"],
): VersionParts<"tabular-regression"> {
  const graph = new TableGraph({ unknown: model.unknown });
  const b = graph.builder;
  const value = graph.blend(parts);
  const bounds = b.scope("interval", () =>
    compileInterval(b, interval, { numbers: graph.numbers(interval.features), value }),
  );
  b.output(b.op("Identity", [value]), "value");
  b.output(bounds.low, "low");
  b.output(bounds.high, "high");
  const texts = encoderVersion(graph.readsVectors ? encoders : []);
  return {
    files: {
      ...texts.files,
      "onnx/model.onnx": encodeModel(graph.build()),
      "config.json": `${JSON.stringify({ model_type: "table", problem_type: "regression" }, null, 2)}\n`,
    },
    manifest: {
      signature: {
        input: "row",
        output: "number",
        tensors: {
          inputs: graph.inputs,
          outputs: OUTPUTS.map((name) => ({ name, dtype: "float32", shape: [-1, 1] })),
        },
      },
      preprocessing: {
        columns: graph.columns,
        ...rowWords(rows),
        features: featureWords(parts),
        ...texts.preprocessing,
      },
      target: { column: data.columns.target, ...range },
      model: partsManifest(parts),
      interval: { coverage: train.interval, rows: intervalRows },
      ...(candidates === undefined ? {} : { candidates }),
    },
  };
}
