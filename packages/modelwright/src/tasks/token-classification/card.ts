import { type ManifestOf, TASKS } from "@modelwright/contracts";
import { type CardParts, codeBlock, codeSpan, type SpanOutcome, spanCard } from "@modelwright/evaluation";
import type { DocumentContext } from "../task.ts";
import type { FittedTagger } from "./fitted-tagger.ts";
import type { SpanRows } from "./rows.ts";

/** What the card of a tagger says beside the shared skeleton. */
export function cardOf({
  manifest,
  model: { outcome, measures },
}: DocumentContext<"token-classification", SpanRows, FittedTagger, SpanOutcome>): CardParts {
  const { name, task, labels, model, preprocessing } = manifest;
  const { evidence, limits } = spanCard(outcome, measures);
  const { units, maxLength } = preprocessing;
  return {
    pipelineTag: TASKS[task].words.pipelineTag,
    taskTitle: "Token classification",
    summary: [
      `Marks spans of ${labels.length === 1 ? "1 label" : `${labels.length} labels`} in a text; ${madeOf(manifest)}, ${model.parameters.toLocaleString("en")} parameters.`,
      `Labels: ${labels.map(codeSpan).join(", ")}`,
    ],
    usage: [
      codeBlock("sh", `modelwright predict ${name}@champion "your text"`),
      codeBlock(
        "ts",
        `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion", { task: "${task}" });
const [{ entities }] = await model.predict(["your text"]);`,
      ),
      `Over HTTP, after \`modelwright serve ${name}@champion\`:`,
      codeBlock(
        "sh",
        `curl -H 'content-type: application/json' -d '{"texts": ["your text"]}' http://127.0.0.1:8000/v1/models/${name}/predict`,
      ),
      "Each entity has `start`, `end`, `label`, `text` and `score`, the probability of the least certain of its tags. Offsets count UTF-16 code units, as strings of JavaScript, Java and C# do; a character beyond U+FFFF, such as an emoji, counts two, and one in Python.",
      `In any ONNX Runtime: tokenize with \`tokenizer.json\`, at most ${maxLength} tokens at once, run \`onnx/model.onnx\`; \`tags\` are ids of \`config.json\`${preprocessing.tokensPerUnit === "many" ? ", and the first token of a word has its tag" : ""}.`,
    ],
    evidence,
    limits: [
      `A span begins and ends where ${units === "words" ? "words or marks" : "characters"} do.`,
      "What it has not seen in training rows, such as other names and other kinds of texts, it finds less often.",
      `A text of more than ${maxLength} ${preprocessing.tokensPerUnit === "many" ? "tokens" : units} is read in parts; a span over a cut is found in two.`,
      ...limits,
    ],
  };
}

function madeOf({ model, preprocessing }: ManifestOf<"token-classification">): string {
  const { architecture, base, fineTune } = model;
  return fineTune === undefined
    ? `${codeSpan(architecture)} on ${preprocessing.units}, trained from scratch on the training rows`
    : `${codeSpan(base)} (${architecture}), fine-tuned on the training rows (${codeSpan(fineTune)}); ${preprocessing.units} are tagged`;
}
