import { type FineTune, type FineTuneKind, fineTuneKind, type LoraSection } from "@modelwright/contracts";
import { counted, magnitude } from "../../wording/quantities.ts";

interface TunedModel {
  readonly base: string;
  readonly fineTune: string;
  readonly parameters: number;
  readonly trained?: number | undefined;
  readonly adapter?: { readonly kind: "lora" | "dora"; readonly rank: number } | undefined;
}

/** What a recipe says of the parts of a decoder that are trained. */
interface TrainedModel {
  readonly fineTune: string;
  readonly lora?: Pick<LoraSection, "rank" | "dora"> | undefined;
  readonly adapter?: string | undefined;
}

const TRAINED: Readonly<Record<FineTuneKind, (model: TrainedModel, layers: number) => string>> = {
  full: () => "every weight",
  last: (_, layers) => `the last ${counted(layers, "layer")}`,
  bitfit: () => "biases alone",
  lora: ({ lora, adapter }) =>
    adapter === undefined
      ? `${lora?.dora === true ? "DoRA" : "LoRA"} of rank ${lora?.rank}`
      : `LoRA from ${adapter} on`,
  frozen: () => "nothing",
};

/** What a recipe trains of a decoder. */
export function trainedPart(model: TrainedModel): string {
  const { kind, layers = 0 } = fineTuneKind(model.fineTune as FineTune);
  return TRAINED[kind](model, layers);
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
