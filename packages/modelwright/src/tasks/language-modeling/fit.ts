import { loadTokenizer, type TokenizerJson, trainTokenizer } from "@modelwright/data";
import { countParameters } from "@modelwright/models";
import { preparePretraining, trainLanguageModel } from "@modelwright/training";
import { tellModel } from "../tell-model.ts";
import type { FittedLanguageModel, LanguageModelContext } from "./fitted-language-model.ts";
import type { LanguageModelKind } from "./kinds.ts";
import { isContinued, type LanguageModelingRecipe, type LanguageModelingTask, type ScratchRecipe } from "./recipes.ts";
import { scratchFiles } from "./scratch-files.ts";

/** Trains a language model on running text. Undefined when training was stopped before its end. */
export function fitLanguageModel<T extends LanguageModelingTask>(
  kind: LanguageModelKind<T>,
  recipe: LanguageModelingRecipe,
  context: LanguageModelContext,
): Promise<FittedLanguageModel<T> | undefined> {
  return isContinued(recipe) ? kind.goOn(recipe, context) : fitFromScratch(kind, recipe as ScratchRecipe, context);
}

/** Trains a tokenizer, and a language model that reads its tokens. */
async function fitFromScratch<T extends LanguageModelingTask>(
  kind: LanguageModelKind<T>,
  recipe: ScratchRecipe,
  context: LanguageModelContext,
): Promise<FittedLanguageModel<T> | undefined> {
  const { documents } = context;
  const tokenizerJson = await learnTokenizer(kind, recipe, context);
  const tokenizer = loadTokenizer(tokenizerJson);
  const { model, train } = recipe;
  const { sequenceLength } = model;
  const prepared = preparePretraining(
    kind.pretraining,
    {
      tokenizer,
      documents,
      model: { ...model, innerWidth: model.innerWidth ?? 4 * model.width },
      sequenceLength,
      seed: train.seed,
    },
    recipe.data.source,
  );
  const { fit, parameters } = await trainLanguageModel(prepared, {
    ...train,
    checkpoints: context.checkpoints,
    dropout: model.dropout,
    onBuilt: tellModel(context, `${prepared.definition.name} from scratch`),
    onEvent: context.onTraining,
    shouldStop: context.shouldStop,
  });
  if (fit.status === "interrupted") return undefined;
  const graph = prepared.prediction(parameters);
  return {
    tokenizer,
    graph,
    files: () => scratchFiles(kind, { prepared, parameters, graph, tokenizerJson, sequenceLength }),
    preprocessing: kind.preprocessing(tokenizer, sequenceLength),
    model: { architecture: graph.graph.name, parameters: countParameters(graph.parameters) },
    state: fit.state,
  };
}

function learnTokenizer<T extends LanguageModelingTask>(
  kind: LanguageModelKind<T>,
  { model }: ScratchRecipe,
  { documents, onProgress }: LanguageModelContext,
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
