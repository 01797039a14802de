import { TASKS } from "@modelwright/contracts";
import type { TextDocument } from "@modelwright/data";
import { type CardParts, codeBlock, codeSpan, type DocumentScore } from "@modelwright/evaluation";
import type { DocumentContext } from "../task.ts";
import type { CardWords } from "./card-words.ts";
import type { FittedLanguageModel } from "./fit.ts";
import type { LanguageModelingTask } from "./kinds.ts";

/** What the card of a language model says beside the shared skeleton. */
export function cardOf(
  { taskTitle, summary, call, runtime, limits }: CardWords,
  {
    manifest,
    recipe,
    fitted,
  }: DocumentContext<LanguageModelingTask, readonly TextDocument[], FittedLanguageModel, readonly DocumentScore[]>,
): CardParts {
  const { name, task, model, preprocessing } = manifest;
  const { vocabularySize } = fitted.tokenizer;
  const { shell, program } = call(name);
  const size = `${model.parameters.toLocaleString("en")} parameters, ${vocabularySize.toLocaleString("en")} tokens`;
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle,
    summary: [
      `${summary}; ${codeSpan(model.architecture)} from scratch, ${size} of a ${recipe.model.tokenizer} tokenizer that was trained on the same texts.`,
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
