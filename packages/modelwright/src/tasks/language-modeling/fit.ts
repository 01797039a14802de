import {
  loadTokenizer,
  type TextDocument,
  type TextTokenizer,
  type TokenizerJson,
  trainTokenizer,
} from "@modelwright/data";
import { type BuiltModel, countParameters } from "@modelwright/models";
import { type FitState, preparePretraining, trainLanguageModel } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import type { LanguageModelingRecipe, LanguageModelKind } from "./kinds.ts";

/** A trained language model with its tokenizer. */
export interface FittedLanguageModel {
  readonly tokenizerJson: TokenizerJson;
  readonly tokenizer: TextTokenizer;
  /** The graph to serve. */
  readonly graph: BuiltModel;
  /** `config.json`. */
  readonly config: object;
  readonly state: FitState;
}

/** Trains a tokenizer and a language model on running text. */
export async function fitLanguageModel(
  kind: LanguageModelKind,
  recipe: LanguageModelingRecipe,
  context: FitContext & { readonly documents: LearningPart<readonly TextDocument[]> },
): Promise<FittedLanguageModel | undefined> {
  const { documents } = context;
  const tokenizerJson = await learnTokenizer(kind, recipe, context);
  const tokenizer = loadTokenizer(tokenizerJson);
  const { model, train } = recipe;
  const prepared = preparePretraining(
    kind.pretraining,
    {
      tokenizer,
      documents,
      model: { ...model, innerWidth: model.innerWidth ?? 4 * model.width },
      sequenceLength: model.sequenceLength,
      seed: train.seed,
    },
    recipe.data.source,
  );
  const { fit, parameters } = await trainLanguageModel(prepared, {
    ...train,
    checkpoints: context.checkpoints,
    dropout: model.dropout,
    onBuilt: (built) => {
      const count = countParameters(built);
      context.onModel({ base: `${prepared.definition.name} from scratch`, parameters: count, trained: count });
    },
    onEvent: context.onTraining,
    shouldStop: context.shouldStop,
  });
  if (fit.status === "interrupted") return undefined;
  const { config, prediction } = prepared;
  return { tokenizerJson, tokenizer, graph: prediction(parameters), config, state: fit.state };
}

function learnTokenizer(
  kind: LanguageModelKind,
  { model }: LanguageModelingRecipe,
  { documents, onProgress }: FitContext & { readonly documents: LearningPart<readonly TextDocument[]> },
): Promise<TokenizerJson> {
  const { tokenizer, vocabularySize, lowercase } = model;
  return trainTokenizer({
    kind: tokenizer,
    vocabularySize,
    ...(lowercase === undefined ? {} : { lowercase }),
    texts: documents.train.flatMap(({ sentences }) => sentences),
    specialTokens: kind.pretraining.specialTokens(tokenizer),
    onProgress: ({ stage: _, ...progress }) => onProgress({ stage: "tokenizer", ...progress }),
  });
}
