import type { OwnManifestOf } from "@modelwright/contracts";
import type { TablePart } from "./table-part.ts";

/** What a manifest says of the models whose mean a version is. */
export function partsManifest(parts: readonly TablePart[]): OwnManifestOf<"tabular-classification">["model"] {
  return {
    parts: parts.map(({ kind, weight, model }) => ({
      kind,
      weight,
      features: model.features[0].features.length,
      parameters: model.parameters,
      ...(model.trees === undefined ? {} : { trees: model.trees }),
    })),
  };
}
