import type { ManifestOf, OwnManifestOf, Recipes } from "@modelwright/contracts";
import type { TextTokenizer } from "@modelwright/data";
import type { LoadedModelOf } from "@modelwright/inference";
import {
  causalPretraining,
  causalTokenIds,
  maskedPretraining,
  maskedTokenIds,
  type PretrainingKind,
} from "@modelwright/training";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";
import type { Answers } from "../task.ts";
import { continuations, filledMasks } from "./answers.ts";
import { type CardWords, causalCard, maskedCard } from "./card-words.ts";
import { draftLanguageModel } from "./draft.ts";

export type LanguageModelingTask = "causal-language-modeling" | "masked-language-modeling";

/** A recipe of either. */
export type LanguageModelingRecipe = Recipes[LanguageModelingTask];
export type LoadedLanguageModel = LoadedModelOf<LanguageModelingTask>;

/** What sets one task of language modelling apart from another. */
export interface LanguageModelKind<T extends LanguageModelingTask = LanguageModelingTask> {
  readonly pretraining: PretrainingKind;
  /** Whether versions with different tokenizers can be compared by the deciding metric. */
  readonly comparesTokenizers: boolean;
  /** How the model is called and what it reads. */
  manifest(parts: ManifestParts): OwnManifestOf<T>;
  /** A prompt made of the first words of a document. */
  readonly promptOf: (words: readonly string[]) => string;
  readonly card: CardWords;
  /** A recipe for running text; one kind proposes it. */
  readonly draft?: (look: DataLook) => RecipeDraft | undefined;
  readonly answers: Answers<LanguageModelingTask, LoadedLanguageModel>;
}

interface ManifestParts {
  readonly tensors: ManifestOf<LanguageModelingTask>["signature"]["tensors"];
  readonly tokenizer: TextTokenizer;
  readonly maxLength: number;
  readonly model: ManifestOf<LanguageModelingTask>["model"];
}

export const causalKind: LanguageModelKind<"causal-language-modeling"> = {
  pretraining: causalPretraining,
  comparesTokenizers: true,
  manifest: ({ tensors, tokenizer, maxLength, model }) => ({
    signature: { input: "text", output: "continuation", tensors },
    preprocessing: {
      tokenizer: "tokenizer.json",
      maxLength,
      endOfTextId: causalTokenIds(tokenizer).endOfText,
    },
    model,
  }),
  promptOf: (words) => words.slice(0, 5).join(" "),
  card: causalCard,
  draft: draftLanguageModel,
  answers: continuations,
};

export const maskedKind: LanguageModelKind<"masked-language-modeling"> = {
  pretraining: maskedPretraining,
  comparesTokenizers: false,
  manifest: ({ tensors, tokenizer, maxLength, model }) => {
    const { pad, unknown, cls, sep, mask } = maskedTokenIds(tokenizer);
    const ids = { padId: pad, unknownId: unknown, clsId: cls, sepId: sep, maskId: mask };
    return {
      signature: { input: "text", output: "masked-pieces", tensors },
      preprocessing: { tokenizer: "tokenizer.json", maxLength, ...ids },
      model,
    };
  },
  promptOf: (words) => words.with(Math.floor(words.length / 2), "[MASK]").join(" "),
  card: maskedCard,
  answers: filledMasks,
};
