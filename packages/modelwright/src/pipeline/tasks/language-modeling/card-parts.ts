import { type CardParts, codeBlock, codeSpan } from "@modelwright/evaluation";
import type { LanguageModelDescription } from "./language-model-kinds.ts";

/** What a task's model does, how it is called, and what it cannot do. */
interface CardWords {
  readonly pipelineTag: string;
  readonly taskTitle: string;
  readonly summary: string;
  readonly call: (name: string) => { readonly shell: string; readonly program: string };
  /** Goes on after "In any ONNX Runtime:". */
  readonly runtime: (maxLength: number) => string;
  readonly limits: readonly string[];
}

const CARD_WORDS: Readonly<Record<LanguageModelDescription["task"], CardWords>> = {
  "causal-language-modeling": {
    pipelineTag: "text-generation",
    taskTitle: "Text generation",
    summary: "Writes on behind a text, token by token",
    call: (name) => ({
      shell: `modelwright predict ${name}@champion "The mayor said" --max-tokens 40 --temperature 0.8`,
      program: `import { loadCausalLanguageModel } from "modelwright";

const model = await loadCausalLanguageModel("${name}@champion");
const { text } = await model.generate("The mayor said", { maxTokens: 40, temperature: 0.8, seed: 7 });`,
    }),
    runtime: (maxLength) =>
      `tokenize with \`tokenizer.json\`, put the id of \`<|endoftext|>\` in front, keep the last ${maxLength} tokens, run \`onnx/model.onnx\`, draw the next token from the softmax of the last logits.`,
    limits: [
      "It writes what is likely, not what is true, and repeats what stands in its training texts, harmful words too.",
      "Each token reads the whole window again: writing a long text takes long.",
    ],
  },
  "masked-language-modeling": {
    pipelineTag: "fill-mask",
    taskTitle: "Fill-mask",
    summary: "Predicts the masked tokens of a text, and whether a text follows another",
    call: (name) => ({
      shell: `modelwright predict ${name}@champion "The [MASK] said so." --top 5`,
      program: `import { loadMaskedLanguageModel } from "modelwright";

const model = await loadMaskedLanguageModel("${name}@champion");
const { masks } = await model.fill("The [MASK] said so.", { top: 5 });`,
    }),
    runtime: (maxLength) =>
      `tokenize with \`tokenizer.json\` and its special tokens, cut to ${maxLength} tokens, run \`onnx/model.onnx\`, take the softmax of the logits at each \`[MASK]\`.`,
    limits: [
      "It says what is usual, not what is true, and has the prejudices of its training texts.",
      "It predicts tokens: a word of several tokens is several masks.",
    ],
  },
};

/**
 * What the card of a language model says beside the shared skeleton.
 *
 * @param tokenizer `word-piece`, `byte-pair` or `unigram`, and how many tokens it knows.
 */
export function languageModelCardParts(
  { name, task, model, preprocessing }: LanguageModelDescription,
  tokenizer: { readonly kind: string; readonly vocabularySize: number },
): CardParts {
  const { pipelineTag, taskTitle, summary, call, runtime, limits } = CARD_WORDS[task];
  const { shell, program } = call(name);
  const size = `${model.parameters.toLocaleString("en")} parameters, ${tokenizer.vocabularySize.toLocaleString("en")} tokens`;
  return {
    pipelineTag,
    taskTitle,
    summary: [
      `${summary}; ${codeSpan(model.architecture)} from scratch, ${size} of a ${tokenizer.kind} tokenizer that was trained on the same texts.`,
    ],
    usage: [
      codeBlock("sh", shell),
      codeBlock("ts", program),
      `In any ONNX Runtime: ${runtime(preprocessing.maxLength)}`,
    ],
    evidence: [],
    limits: [...limits, `It reads ${preprocessing.maxLength} tokens at once.`],
  };
}
