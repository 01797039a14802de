import { z } from "zod";
import { report } from "./values.ts";

/** How much of the encoder is trained: see `FINE_TUNE_WORDS`. */
export type FineTune = "full" | "frozen" | "lora" | "bitfit" | `last:${number}`;

/** Ways to train an encoder; `last` has the number of layers behind it. */
export type FineTuneKind = "full" | "frozen" | "lora" | "bitfit" | "last";

/** How a classifier of texts is trained: also by pairs of its rows, before its head is. */
export type ClassifierFineTune = FineTune | "contrastive";
export type ClassifierFineTuneKind = FineTuneKind | "contrastive";

type KindOf<Way extends ClassifierFineTune> = "contrastive" extends Way ? ClassifierFineTuneKind : FineTuneKind;

/** The kind of a way, and the number of layers where it names one. */
export function fineTuneKind<Way extends ClassifierFineTune>(
  fineTune: Way,
): { readonly kind: KindOf<Way>; readonly layers?: number } {
  const [kind, layers] = fineTune.split(":") as [KindOf<Way>, string | undefined];
  return layers === undefined ? { kind } : { kind, layers: Number(layers) };
}

/** `last:N`. */
export const lastLayers = z
  .templateLiteral(["last:", z.int()])
  .refine((text) => Number(text.slice("last:".length)) > 0, { error: "must be last:N with an N above 0" })
  .meta({ examples: ["last:2"] });

/** What each way trains. */
export const FINE_TUNE_WORDS =
  "full: every weight; last:N: the last N layers; lora: low-rank matrices beside the weights; bitfit: biases alone; frozen: the head on cached vectors";

const MOST_RANK = 1024;

/** Low-rank adapters, with the defaults of PEFT where it has one. */
export const loraSection = z.strictObject({
  rank: z.int().min(1).max(MOST_RANK).default(8).describe("Width of the narrow matrices that are trained"),
  alpha: z.number().positive().default(16).describe("What they compute is multiplied by alpha / rank"),
  rsLora: z.boolean().default(false).describe("Multiplies by alpha / √rank instead: for high ranks"),
  dropout: z.number().min(0).lt(1).default(0).describe("Of what an adapter reads"),
  targets: z
    .union([z.literal("all-linear"), z.array(z.string().min(1)).min(1)])
    .default("all-linear")
    .describe(
      "Layers that have an adapter: all-linear, or ends of their names, with * for any characters: [query, value]",
    ),
  modulesToSave: z
    .array(z.string().min(1))
    .default([])
    .describe("Further parts of the encoder that are trained as a whole, by ends of their names; the head always is"),
  dora: z.boolean().default(false).describe("Trains lengths and directions of columns apart (DoRA)"),
});
export type LoraSection = z.output<typeof loraSection>;

/** Of a recipe's `model`. */
export const adapterFields = {
  lora: loraSection.optional().describe("Of fineTune: lora"),
  adapter: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of an adapter in PEFT's files from which fineTune: lora goes on; it brings its own lora values"),
};

interface AdapterFields {
  readonly fineTune: string;
  readonly lora?: unknown;
  readonly adapter?: string | undefined;
}

/** Rules between these values and how much is trained. */
const RULES: readonly {
  readonly at: "lora" | "adapter";
  readonly isBroken: (model: AdapterFields) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    at: "lora",
    isBroken: ({ lora, fineTune }) => lora !== undefined && fineTune !== "lora",
    rule: "it says how adapters are trained, so it needs fineTune: lora",
    instead: "write fineTune: lora, or leave lora out",
  },
  {
    at: "adapter",
    isBroken: ({ adapter, fineTune }) => adapter !== undefined && fineTune !== "lora",
    rule: "it is an adapter to go on from, so it needs fineTune: lora",
    instead: "write fineTune: lora, or leave adapter out",
  },
  {
    at: "adapter",
    isBroken: ({ adapter, lora }) => adapter !== undefined && lora !== undefined,
    rule: "an adapter brings its own values of lora",
    instead: "leave either adapter or lora out",
  },
];

/** Refuses values of adapters that do not go together. */
export function checkAdapterFields(model: AdapterFields, context: z.RefinementCtx): void {
  for (const { at, isBroken, ...broken } of RULES) if (isBroken(model)) report(context, at, broken);
}

/** `lora` with its defaults, where a model asks for fresh adapters and says nothing of them; otherwise nothing. */
export function freshLora({ fineTune, lora, adapter }: AdapterFields): { readonly lora?: LoraSection } {
  const isUnsaid = fineTune === "lora" && lora === undefined && adapter === undefined;
  return isUnsaid ? { lora: loraSection.parse({}) } : {};
}
