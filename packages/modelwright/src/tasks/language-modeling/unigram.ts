import type { Recipes } from "@modelwright/contracts";
import type { TextDocument } from "@modelwright/data";
import type { DocumentScore } from "@modelwright/evaluation";
import type { LanguageModel } from "@modelwright/inference";
import { unigramBaseline } from "@modelwright/training";
import type { LearningPart } from "../task.ts";

/** Each token as often as in the training documents, whatever stands beside it. */
export async function unigram(context: {
  readonly recipe: { readonly train: Pick<Recipes["causal-language-modeling"]["train"], "seed"> };
  readonly learning: LearningPart<readonly TextDocument[]>;
  readonly test: readonly TextDocument[];
  readonly model: LanguageModel;
  readonly outcome: readonly DocumentScore[];
}): Promise<readonly DocumentScore[]> {
  const { recipe, learning, test, model, outcome } = context;
  const { tokenizer } = model;
  const scores = unigramBaseline({
    vocabularySize: tokenizer.vocabularySize,
    train: learning.train.flatMap(({ sentences }) =>
      sentences.map((sentence) => tokenizer.encode(sentence, Number.POSITIVE_INFINITY)),
    ),
    targets: model.targets(test, { seed: recipe.train.seed }),
  });
  // What is known of the texts holds for the baseline too.
  return scores.map((score, i) => {
    const { characters } = outcome[i]!;
    return characters === undefined ? score : { ...score, characters };
  });
}
