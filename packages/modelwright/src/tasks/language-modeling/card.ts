import { TASKS } from "@modelwright/contracts";
import type { TextDocument } from "@modelwright/data";
import { type CardParts, codeBlock, codeSpan, type DocumentScore } from "@modelwright/evaluation";
import { madeFrom } from "../decoder/decoder-words.ts";
import type { DocumentContext } from "../task.ts";
import type { CardWords } from "./card-words.ts";
import type { FittedLanguageModel } from "./fitted-language-model.ts";
import type { LanguageModelingTask } from "./recipes.ts";

type Context = DocumentContext<
  LanguageModelingTask,
  readonly TextDocument[],
  FittedLanguageModel,
  readonly DocumentScore[]
>;

/** What the card of a language model says beside the shared skeleton. */
export function cardOf({ taskTitle, summary, call, runtime, limits }: CardWords, context: Context): CardParts {
  const { manifest, fitted } = context;
  const { name, task, preprocessing } = manifest;
  const { shell, program } = call(name);
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle,
    ...originOf(fitted),
    summary: [`${summary}; ${madeOf(context)}.`],
    usage: [
      codeBlock("sh", shell),
      codeBlock("ts", program),
      `In any ONNX Runtime: ${runtime(preprocessing.maxLength)}`,
      "The files are those of transformers and transformers.js: `model.safetensors` for the one, `onnx/model.onnx` for the other.",
    ],
    evidence: [],
    limits: [...limits, `It reads ${preprocessing.maxLength} tokens at once.`],
  };
}

function originOf({ origin }: FittedLanguageModel): Partial<Pick<CardParts, "license" | "base">> {
  if (origin === undefined) return {};
  const { pretrained, sha256 } = origin;
  const { name, license, source } = pretrained;
  return { license, base: { name, license, source, sha256 } };
}

function madeOf({ manifest: { model }, recipe, fitted }: Context): string {
  if (recipe.model.base !== undefined) {
    const { base, fineTune } = recipe.model;
    const tuned = madeFrom({ ...model, base, fineTune }, codeSpan);
    return `its pre-training went on with running text, in the tokens of the base: ${tuned}`;
  }
  const size = `${model.parameters.toLocaleString("en")} parameters, ${fitted.tokenizer.vocabularySize.toLocaleString("en")} tokens`;
  return `${codeSpan(model.architecture)} from scratch, ${size} of a ${recipe.model.tokenizer} tokenizer that was trained on the same texts`;
}
