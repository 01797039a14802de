import type { OwnManifestOf } from "@modelwright/contracts";
import type { TextTokenizer } from "@modelwright/data";
import type { Runtime, Session } from "@modelwright/engine";
import {
  CausalLanguageModel,
  type LanguageModel,
  type LoadedModelOf,
  MaskedLanguageModel,
} from "@modelwright/inference";
import {
  causalPretraining,
  causalTokenIds,
  END_OF_TEXT,
  MASKED_TOKENS,
  maskedPretraining,
  maskedTokenIds,
  type PretrainingKind,
} from "@modelwright/training";
import type { DataLook, RecipeDraft } from "../recipe-draft.ts";
import type { Answers } from "../task.ts";
import { tensorsOf } from "../version-files.ts";
import { continuations, filledMasks } from "./answers.ts";
import { type CardWords, causalCard, maskedCard } from "./card-words.ts";
import { continueDecoder } from "./continue-decoder.ts";
import { continueEncoder } from "./continue-encoder.ts";
import { draftLanguageModel } from "./draft.ts";
import type { FittedLanguageModel, LanguageModelContext } from "./fitted-language-model.ts";
import type { ContinuedRecipe, LanguageModelingTask } from "./recipes.ts";

export type LoadedLanguageModel = LoadedModelOf<LanguageModelingTask>;

/** What sets one task of language modelling apart from another. */
export interface LanguageModelKind<T extends LanguageModelingTask = LanguageModelingTask> {
  readonly pretraining: PretrainingKind;
  /** Special tokens of a model from scratch by their roles, as `tokenizer_config.json` names them. */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** Whether versions with different tokenizers can be compared by the deciding metric. */
  readonly comparesTokenizers: boolean;
  /** How a model from scratch reads texts, as its manifest says it. */
  preprocessing(tokenizer: TextTokenizer, maxLength: number): OwnManifestOf<T>["preprocessing"];
  /** Goes on with the pre-training of a published model. Undefined when training was stopped before its end. */
  goOn(recipe: ContinuedRecipe, context: LanguageModelContext): Promise<FittedLanguageModel<T> | undefined>;
  /** What a version is called with, and what it gives. */
  manifest(fitted: FittedLanguageModel<T>): OwnManifestOf<T>;
  /** A model to be evaluated that is no version: a base before it was trained. */
  open(preprocessing: OwnManifestOf<T>["preprocessing"], parts: ModelParts): LanguageModel;
  /** A prompt made of the first words of a document. */
  promptOf(words: readonly string[]): string;
  readonly card: CardWords;
  /** A recipe for running text; one kind proposes it. */
  readonly draft?: (look: DataLook) => RecipeDraft | undefined;
  readonly answers: Answers<LanguageModelingTask, LoadedLanguageModel>;
}

interface ModelParts {
  readonly tokenizer: TextTokenizer;
  readonly session: Session;
  /** Of the session. */
  readonly runtime: Runtime;
}

export const causalKind: LanguageModelKind<"causal-language-modeling"> = {
  pretraining: causalPretraining,
  specialTokens: { bos_token: END_OF_TEXT, eos_token: END_OF_TEXT },
  comparesTokenizers: true,
  preprocessing: (tokenizer, maxLength) => ({
    tokenizer: "tokenizer.json",
    maxLength,
    endOfTextId: causalTokenIds(tokenizer).endOfText,
  }),
  goOn: continueDecoder,
  manifest: ({ graph, preprocessing, model }) => ({
    signature: { input: "text", output: "continuation", tensors: tensorsOf(graph) },
    preprocessing,
    model,
  }),
  open: (preprocessing, parts) => new CausalLanguageModel(preprocessing, parts),
  promptOf: (words) => words.slice(0, 5).join(" "),
  card: causalCard,
  draft: draftLanguageModel,
  answers: continuations,
};

export const maskedKind: LanguageModelKind<"masked-language-modeling"> = {
  pretraining: maskedPretraining,
  specialTokens: {
    pad_token: MASKED_TOKENS.pad,
    unk_token: MASKED_TOKENS.unknown,
    cls_token: MASKED_TOKENS.cls,
    sep_token: MASKED_TOKENS.sep,
    mask_token: MASKED_TOKENS.mask,
  },
  comparesTokenizers: false,
  preprocessing: (tokenizer, maxLength) => {
    const { pad, unknown, cls, sep, mask } = maskedTokenIds(tokenizer);
    const ids = { padId: pad, unknownId: unknown, clsId: cls, sepId: sep, maskId: mask };
    return { tokenizer: "tokenizer.json", maxLength, ...ids };
  },
  goOn: continueEncoder,
  manifest: ({ graph, preprocessing, model }) => ({
    signature: { input: "text", output: "masked-pieces", tensors: tensorsOf(graph) },
    preprocessing,
    model,
  }),
  open: (preprocessing, parts) => new MaskedLanguageModel(preprocessing, parts),
  promptOf: (words) => words.with(Math.floor(words.length / 2), "[MASK]").join(" "),
  card: maskedCard,
  answers: filledMasks,
};
