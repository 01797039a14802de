import { tinyCausalLanguageModel } from "../causal-language-modeling/tiny-version.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

/** A conversation is its turns one behind the other, answers ended. */
const TEMPLATE =
  "<|endoftext|>{% for message in messages %}{{ message.content }}{% if message.role == 'assistant' %}<|endoftext|>{% endif %}{% endfor %}";

/** Beyond the longest of the odd items: a conversation is never cut. */
const MAX_LENGTH = 400;

/** The smallest model that answers: the tiny language model, which goes on counting behind what it is told. */
export async function tinyInstructionModel(): Promise<TinyVersion<"instruction-tuning">> {
  const { files, manifest, examples, ...rest } = await tinyCausalLanguageModel();
  const { signature, preprocessing, model } = manifest;
  const { endOfTextId, ...reading } = preprocessing;
  return {
    ...rest,
    recipe: { model: { base: "./decoder" } },
    files: { ...files, "tokenizer_config.json": JSON.stringify({ chat_template: TEMPLATE }) },
    manifest: {
      task: "instruction-tuning",
      signature: { ...signature, output: "answer" },
      preprocessing: {
        ...reading,
        maxLength: MAX_LENGTH,
        tokenizerConfig: "tokenizer_config.json",
        endIds: [endOfTextId],
      },
      model: { ...model, base: "table", fineTune: "full", trained: model.parameters },
    },
    examples: examples.map(({ item, options, answer: { continuation, ...answer } }) => ({
      item,
      options,
      answer: { answer: continuation, ...answer },
    })),
  };
}
