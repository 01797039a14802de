import type { Recipes } from "@modelwright/contracts";
import { encodeModel } from "@modelwright/engine";
import { featureWords, rowWords } from "../table-rows/feature-words.ts";
import { LEAST_PROBABILITY } from "../table-rows/probabilities.ts";
import { encoderVersion } from "../table-rows/table-encoder.ts";
import { TableGraph } from "../table-rows/table-graph.ts";
import { partsManifest } from "../table-rows/table-manifest.ts";
import type { VersionParts } from "../task.ts";
import type { FittedTableClassifier } from "./fit.ts";

/** The graph of a classifier, whose `logits` are logarithms of probabilities, and what its manifest says. */
export function versionOf(
  { parts, labels, candidates, encoders, rows }: FittedTableClassifier,
  { data, model }: Recipes["tabular-classification"],
): VersionParts<"tabular-classification"> {
  const graph = new TableGraph({ unknown: model.unknown });
  const b = graph.builder;
  const probabilities = graph.blend(parts);
  b.output(b.op("Log", [b.op("Max", [probabilities, b.scalar(LEAST_PROBABILITY)])]), "logits");
  const texts = encoderVersion(graph.readsVectors ? encoders : []);
  return {
    files: {
      ...texts.files,
      "onnx/model.onnx": encodeModel(graph.build()),
      "config.json": `${JSON.stringify({ model_type: "table", id2label: Object.fromEntries(labels.entries()) }, null, 2)}\n`,
    },
    manifest: {
      labels: [...labels],
      signature: {
        input: "row",
        output: "label-probabilities",
        tensors: {
          inputs: graph.inputs,
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      preprocessing: {
        columns: graph.columns,
        ...rowWords(rows),
        features: featureWords(parts),
        ...texts.preprocessing,
      },
      target: { column: data.columns.label },
      model: partsManifest(parts),
      ...(candidates === undefined ? {} : { candidates }),
    },
  };
}
