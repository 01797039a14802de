import { type FineTune, type FineTuneKind, fineTuneKind } from "@modelwright/contracts";
import { counted, magnitude } from "../../wording/quantities.ts";

interface TunedModel {
  readonly base: string;
  readonly fineTune: string;
  readonly parameters: number;
  readonly trained?: number | undefined;
  readonly adapter?: { readonly kind: "lora" | "dora"; readonly rank: number } | undefined;
}

/** How a decoder was trained, in front of its name. */
const TUNING: Readonly<Record<FineTuneKind, (model: TunedModel, layers: number) => string>> = {
  full: () => "fine-tuned from",
  last: (_, layers) => `fine-tuned in the last ${counted(layers, "layer")} of`,
  bitfit: () => "fine-tuned in the biases of",
  lora: ({ adapter }) =>
    `${adapter?.kind === "dora" ? "DoRA" : "LoRA"} of rank ${adapter?.rank} trained on, and added to the weights of,`,
  frozen: () => "a copy of",
};

/** From what and how a decoder was made, and how large it is. @param named How the base is written. */
export function madeFrom(model: TunedModel, named: (base: string) => string = (base) => base): string {
  const { kind, layers = 0 } = fineTuneKind(model.fineTune as FineTune);
  const { parameters, trained = parameters } = model;
  const part = trained === parameters ? "" : `, of which ${magnitude(trained)} were trained`;
  return `${TUNING[kind](model, layers)} ${named(model.base)}, ${magnitude(parameters)} parameters${part}`;
}
