import type { Recipes, TensorSignature } from "@modelwright/contracts";
import { encodeModel, type Graph } from "@modelwright/engine";
import type { VersionParts } from "../task.ts";
import { json } from "../version-files.ts";
import type { Catalogue } from "./catalogue.ts";
import type { FittedRecommender } from "./fit.ts";
import { graphOf } from "./graph.ts";

/** The graph of a recommender and what its manifest says. */
export function versionOf(
  { lesson, ranker, ratings, candidates }: FittedRecommender,
  { data, train: _ }: Recipes["recommendation"],
): VersionParts<"recommendation"> {
  const { catalogue, users, events, relevant } = lesson;
  const graph = graphOf(lesson, ranker, ratings);
  const given = events.ratings;
  return {
    files: {
      "onnx/model.onnx": encodeModel(graph),
      "config.json": json({ model_type: "recommender", ranker: ranker.kind }),
    },
    manifest: {
      signature: { input: "user", output: "items", tensors: tensorsOf(graph) },
      preprocessing: {
        columns: {
          user: data.columns.user,
          item: data.columns.item,
          ...(given === undefined ? {} : { rating: data.columns.rating! }),
        },
      },
      feedback: given === undefined ? "implicit" : "explicit",
      ...(given === undefined
        ? {}
        : {
            relevant: relevant!,
            ratings: { minimum: ratings!.lowest, maximum: ratings!.highest, mean: ratings!.factors.mean },
          }),
      catalogue: {
        items: catalogue.items.length,
        users: users.length,
        events: events.columns.length,
        withoutEvents: catalogue.items.length - new Set(events.columns).size,
        titles: catalogue.titles !== undefined,
        columns: columnsRead(catalogue, ranker.kind),
      },
      model: { ranker: ranker.kind, settings: ranker.settings, parameters: ranker.parameters },
      ...(candidates === undefined ? {} : { candidates }),
    },
  };
}

/** What is known of items, where the model reads it. */
function columnsRead({ known }: Catalogue, ranker: string) {
  return ranker === "two-towers" ? (known?.frame.columns ?? []).map(({ name, kind }) => ({ name, kind })) : [];
}

function tensorsOf({ inputs, outputs }: Graph): { inputs: TensorSignature[]; outputs: TensorSignature[] } {
  const describe = ({ name, dtype, shape }: Graph["inputs"][number]): TensorSignature => ({
    name,
    dtype,
    shape: shape.map((size) => (typeof size === "number" ? size : -1)),
  });
  return { inputs: inputs.map(describe), outputs: outputs.map(describe) };
}
