import type { ArchitectureName } from "./architectures.ts";
import { NO_BASE, SCRATCH_DEFAULTS } from "./fine-tuning.ts";
import { type FineTune, type FineTuneKind, fineTuneKind, freshLora, type LoraSection } from "./trained-parts.ts";

/** What a row of an embedding recipe is. */
export const EMBEDDING_EXAMPLES = ["pairs", "triplets", "scores", "labels"] as const;
export type EmbeddingExamplesName = (typeof EMBEDDING_EXAMPLES)[number];

export const EMBEDDING_LOSSES = ["multiple-negatives", "cosine", "triplet"] as const;
export type EmbeddingLossName = (typeof EMBEDDING_LOSSES)[number];

/** The losses by which each kind of rows can be learnt, the default first. */
const LOSSES: Readonly<Record<EmbeddingExamplesName, readonly EmbeddingLossName[]>> = {
  pairs: ["multiple-negatives"],
  triplets: ["multiple-negatives", "triplet"],
  scores: ["cosine"],
  labels: ["multiple-negatives", "cosine"],
};

export function lossesOf(examples: EmbeddingExamplesName): readonly EmbeddingLossName[] {
  return LOSSES[examples];
}

interface Defaults {
  readonly epochs: number;
  readonly learningRate: number;
  readonly maxLength: number;
  readonly dropout: number;
}

const WHOLE: Defaults = { epochs: 3, learningRate: 1e-4, maxLength: 128, dropout: 0.1 };
const FEW: Defaults = { ...WHOLE, learningRate: 1e-3 };

const DEFAULTS: Readonly<Record<Exclude<FineTuneKind, "frozen">, Defaults>> = {
  full: WHOLE,
  last: WHOLE,
  lora: FEW,
  bitfit: FEW,
};

type StopMetric = "loss" | "ndcg10" | "mrr" | "spearman";

interface EmbeddingRecipe {
  readonly data: { readonly examples: EmbeddingExamplesName };
  readonly model: {
    readonly base: string;
    readonly architecture: ArchitectureName;
    readonly fineTune: Exclude<FineTune, "frozen">;
    readonly maxLength?: number | undefined;
    readonly dropout?: number | undefined;
    readonly lora?: LoraSection | undefined;
    readonly adapter?: string | undefined;
  };
  readonly train: {
    readonly loss?: EmbeddingLossName | undefined;
    readonly epochs?: number | undefined;
    readonly learningRate?: number | undefined;
    readonly earlyStopping: { readonly metric?: StopMetric | undefined; readonly patience: number };
  };
}

/** A recipe with these defaults filled in. */
export type ResolvedEmbedding<Recipe extends EmbeddingRecipe> = Recipe & {
  readonly model: { readonly maxLength: number; readonly dropout: number };
  readonly train: {
    readonly loss: EmbeddingLossName;
    readonly epochs: number;
    readonly learningRate: number;
    readonly earlyStopping: { readonly metric: StopMetric; readonly patience: number };
  };
};

/** Fills in the defaults that depend on what the rows are and on what is trained. */
export function resolveEmbedding<Recipe extends EmbeddingRecipe>(recipe: Recipe): ResolvedEmbedding<Recipe> {
  const { base, architecture, fineTune } = recipe.model;
  const { examples } = recipe.data;
  const kind = fineTuneKind(fineTune).kind as Exclude<FineTuneKind, "frozen">;
  const defaults: Defaults = base === NO_BASE ? SCRATCH_DEFAULTS[architecture] : DEFAULTS[kind];
  const { maxLength = defaults.maxLength, dropout = defaults.dropout } = recipe.model;
  const {
    loss = LOSSES[examples][0]!,
    epochs = defaults.epochs,
    learningRate = defaults.learningRate,
    earlyStopping,
  } = recipe.train;
  const { metric = examples === "scores" ? "spearman" : "ndcg10" } = earlyStopping;
  return {
    ...recipe,
    model: { ...recipe.model, maxLength, dropout, ...freshLora(recipe.model) },
    train: { ...recipe.train, loss, epochs, learningRate, earlyStopping: { ...earlyStopping, metric } },
  };
}
