import type { LoadedPretrained } from "@modelwright/models";
import { headWords } from "../../wording/imported-graph.ts";
import { counted } from "../../wording/quantities.ts";
import type { Finding } from "./finding.ts";

/** How layers of a graph were told, and what follows for a recipe. */
const LAYERS_TOLD = {
  names: "told by the names of their weights",
  shapes: "told by the order and the shapes of their weights, since their names are lost",
  nothing: "not told apart, so that last:N and layerDecay are refused",
} as const;

const SHOWN = 3;

/** Of an ONNX file: what of it is trained, what is not and why, and where a head may stand. */
export function graphOf({ imported, parameters }: LoadedPretrained): Finding[] {
  if (imported === undefined) return [];
  const { opset, layers, layersBy, constants, notes, places, head } = imported;
  const others = places.filter((place) => place !== head.at).slice(0, SHOWN);
  const left = constants.slice(0, SHOWN).join(", ");
  const more = constants.length > SHOWN ? ` and ${constants.length - SHOWN} more` : "";
  const lines = [
    `opset ${opset}; ${counted(layers, "layer")}, ${LAYERS_TOLD[layersBy]}`,
    headWords(imported),
    ...(others.length === 0
      ? []
      : [`a head may stand at ${others.map((place) => `"${place}"`).join(", ")} too: model.head`]),
    ...notes,
    `trained: ${counted(parameters.size, "tensor")}`,
    ...(constants.length === 0 ? [] : [`not trained, since they meet places and masks alone: ${left}${more}`]),
  ];
  return [
    {
      check: "graph",
      verdict: "ok",
      detail: lines.join("\n"),
      facts: { opset, layers, layersBy, at: head.at, pooling: head.pooling, constants: constants.join(", ") },
    },
  ];
}
