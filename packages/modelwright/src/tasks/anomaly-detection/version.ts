import { encodeModel } from "@modelwright/engine";
import { featureWords } from "../table-rows/feature-words.ts";
import { TableGraph } from "../table-rows/table-graph.ts";
import type { VersionParts } from "../task.ts";
import type { AnomalyRecipe } from "./detectors/detector.ts";
import type { FittedWatcher } from "./fit.ts";
import { compileTail } from "./tail.ts";

/** Outputs of the graph, `[rows, 1]` each. */
const OUTPUTS = ["oddness", "score"] as const;

/** The graph that tells how odd rows are, and what its manifest says. */
export function versionOf(
  { parts, tail, threshold, typical, anomalous, candidates }: FittedWatcher,
  { data, model }: AnomalyRecipe,
): VersionParts<"anomaly-detection"> {
  const graph = new TableGraph({ unknown: model.unknown });
  const b = graph.builder;
  const mean = graph.blend(parts);
  const oddness = tail === undefined ? mean : b.scope("mean", () => compileTail(b, mean, tail));
  b.output(b.op("Identity", [oddness]), "oddness");
  b.output(b.op("Sub", [b.scalar(1), b.op("Exp", [b.op("Neg", [oddness])])]), "score");
  const { columns } = graph;
  const { label } = data.columns;
  return {
    files: {
      "onnx/model.onnx": encodeModel(graph.build()),
      "config.json": `${JSON.stringify({ model_type: "table", problem_type: "anomaly_detection" }, null, 2)}\n`,
    },
    manifest: {
      signature: {
        input: "row",
        output: "oddness",
        tensors: {
          inputs: graph.inputs,
          outputs: OUTPUTS.map((name) => ({ name, dtype: "float32", shape: [-1, 1] })),
        },
      },
      preprocessing: { columns, features: featureWords(parts) },
      typical: typical.filter(({ column }) => columns.some(({ name }) => name === column)),
      ...(label === undefined || anomalous === undefined
        ? {}
        : { label: { column: label, anomalous: [...anomalous] } }),
      model: {
        parts: parts.map(({ kind, weight, model: learnt }) => ({
          kind,
          weight,
          features: learnt.features[0].features.length,
          parameters: learnt.parameters,
          ...(learnt.trees === undefined ? {} : { trees: learnt.trees }),
        })),
      },
      threshold,
      ...(candidates === undefined ? {} : { candidates }),
    },
  };
}
