import type {
  CausalLanguageModelManifest,
  LanguageModelingRecipe,
  MaskedLanguageModelManifest,
  ModelDescription,
} from "@modelwright/contracts";
import type { TextDocument, TextTokenizer } from "@modelwright/data";
import type { Session } from "@modelwright/engine";
import type { LanguageModelMetric } from "@modelwright/evaluation";
import { CausalLanguageModel, type LanguageModel, MaskedLanguageModel } from "@modelwright/inference";
import {
  causalPretraining,
  causalTokenIds,
  maskedPretraining,
  maskedTokenIds,
  type PretrainingKind,
} from "@modelwright/training";
import type { LocalVersion } from "../../local-version.ts";
import type { DecidingMetric } from "../../promotion.ts";
import type { TriedPrompt } from "../../run-event.ts";

export type LanguageModelDescription = ModelDescription<CausalLanguageModelManifest | MaskedLanguageModelManifest>;
/** What versions of both tasks say of themselves. */
type CommonDescription = Omit<ModelDescription<CausalLanguageModelManifest>, "task" | "signature" | "preprocessing">;

/** What sets one task of language modelling apart from another, once a recipe has been read. */
export interface LanguageModelKind {
  readonly pretraining: PretrainingKind;
  readonly deciding: DecidingMetric & { readonly name: LanguageModelMetric };
  /** Whether versions with different tokenizers can be compared by the deciding metric. */
  readonly comparesTokenizers: boolean;
  readonly describe: (
    common: CommonDescription,
    own: {
      readonly tokenizer: TextTokenizer;
      readonly maxLength: number;
      readonly tensors: LanguageModelDescription["signature"]["tensors"];
    },
  ) => LanguageModelDescription;
  readonly open: (parts: {
    readonly tokenizer: TextTokenizer;
    readonly session: Session;
    readonly maxLength: number;
  }) => LanguageModel;
  readonly load: (version: Pick<LocalVersion, "directory">) => Promise<LanguageModel>;
  /** Lets the stored version answer to the beginning of a document. */
  readonly tryOut: (
    version: Pick<LocalVersion, "directory">,
    documents: readonly TextDocument[],
  ) => Promise<readonly TriedPrompt[]>;
}

const TRIED = 3;

export const LANGUAGE_MODEL_KINDS: { readonly [Task in LanguageModelingRecipe["task"]]: LanguageModelKind } = {
  "causal-language-modeling": {
    pretraining: causalPretraining,
    deciding: { name: "bitsPerCharacter", title: "bits a character", better: "lower", margin: 0.01 },
    comparesTokenizers: true,
    describe: (common, { tokenizer, maxLength, tensors }) => ({
      ...common,
      task: "causal-language-modeling",
      signature: { input: "text", output: "continuation", tensors },
      preprocessing: causalReading(tokenizer, maxLength),
    }),
    open: ({ maxLength, ...parts }) => new CausalLanguageModel(causalReading(parts.tokenizer, maxLength), parts),
    load: ({ directory }) => CausalLanguageModel.load(directory),
    tryOut: async ({ directory }, documents) => {
      const model = await CausalLanguageModel.load(directory);
      return timed(documents, {
        model,
        promptOf: (words) => words.slice(0, 5).join(" "),
        answer: async (prompt) => (await model.generate(prompt, { maxTokens: 30, temperature: 0.8 })).text,
      });
    },
  },
  "masked-language-modeling": {
    pretraining: maskedPretraining,
    deciding: { name: "loss", title: "loss", better: "lower", margin: 0.01 },
    comparesTokenizers: false,
    describe: (common, { tokenizer, maxLength, tensors }) => ({
      ...common,
      task: "masked-language-modeling",
      signature: { input: "text", output: "masked-pieces", tensors },
      preprocessing: maskedReading(tokenizer, maxLength),
    }),
    open: ({ maxLength, ...parts }) => new MaskedLanguageModel(maskedReading(parts.tokenizer, maxLength), parts),
    load: ({ directory }) => MaskedLanguageModel.load(directory),
    tryOut: async ({ directory }, documents) => {
      const model = await MaskedLanguageModel.load(directory);
      return timed(documents, {
        model,
        promptOf: (words) => words.with(Math.floor(words.length / 2), "[MASK]").join(" "),
        answer: async (prompt) => {
          const { masks } = await model.fill(prompt, { top: 3 });
          return masks
            .flat()
            .map(({ piece, probability }) => `${piece} ${(probability * 100).toFixed(1)} %`)
            .join(", ");
        },
      });
    },
  },
};

function causalReading(tokenizer: TextTokenizer, maxLength: number): CausalLanguageModelManifest["preprocessing"] {
  return { tokenizer: "tokenizer.json", maxLength, endOfTextId: causalTokenIds(tokenizer).endOfText };
}

function maskedReading(tokenizer: TextTokenizer, maxLength: number): MaskedLanguageModelManifest["preprocessing"] {
  const { pad, unknown, cls, sep, mask } = maskedTokenIds(tokenizer);
  return {
    tokenizer: "tokenizer.json",
    maxLength,
    padId: pad,
    unknownId: unknown,
    clsId: cls,
    sepId: sep,
    maskId: mask,
  };
}

/** Puts the first sentence of each of the first documents to a model, which is released. */
async function timed(
  documents: readonly TextDocument[],
  options: {
    readonly model: LanguageModel;
    readonly promptOf: (words: string[]) => string;
    readonly answer: (prompt: string) => Promise<string>;
  },
): Promise<TriedPrompt[]> {
  const { model, promptOf, answer } = options;
  try {
    const answered: TriedPrompt[] = [];
    for (const { sentences } of documents.slice(0, TRIED)) {
      const prompt = promptOf((sentences[0] ?? "").split(" ").slice(0, 12));
      const start = performance.now();
      answered.push({ prompt, answer: await answer(prompt), milliseconds: performance.now() - start });
    }
    return answered;
  } finally {
    model.release();
  }
}
