import type { DataLook, RecipeDraft } from "../recipe-draft.ts";

/** A recipe for a folder of texts. */
export function draftLanguageModel(look: DataLook): RecipeDraft | undefined {
  if (look.kind !== "documents") return undefined;
  return {
    likeness: 1,
    remark: "writes on behind a text; masked-language-modeling fills in [MASK] instead",
    rest: `# Every other value has a default, which the run prints. Those that are changed first:
# model: { vocabularySize: 8000, layers: 4, width: 256, heads: 4, sequenceLength: 128 }
# train: { epochs: 1, batchSize: 32, learningRate: 5e-4 }   # few texts need more epochs
# evaluate: { gates: { perplexity: { max: 100 } } }   # a model beyond a gate is kept, but does not become the champion
`,
  };
}
