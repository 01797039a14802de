import { type ManifestOf, TASKS } from "@modelwright/contracts";
import {
  type CardParts,
  type ClassificationOutcome,
  classificationCard,
  codeBlock,
  codeSpan,
  measureClassification,
} from "@modelwright/evaluation";
import type { DocumentContext } from "../task.ts";
import { cardLanguages, cutTexts } from "../text-encoder/card-words.ts";
import type { FittedClassifier } from "./fit.ts";
import type { LabelledRows } from "./rows.ts";

/** What the card of a text classifier says beside the shared skeleton. */
export function cardOf(
  context: DocumentContext<"text-classification", LabelledRows, FittedClassifier, ClassificationOutcome>,
): CardParts {
  const { manifest, fitted } = context;
  const { outcome, measures } = context.model;
  const { languages, license, source } = fitted.pretrained;
  const { labels, model } = manifest;
  const base = { name: model.base, license, source };
  const classification = measureClassification(outcome);
  const { evidence, limits } = classificationCard(classification, measures);
  const tuning = model.fineTune === "frozen" ? "a head trained on the frozen encoder" : "fine-tuned from";
  const right = `${(classification.accuracy * 100).toFixed(1)} % of ${classification.rows.toLocaleString("en")} test texts`;
  return {
    pipelineTag: TASKS[manifest.task].words.pipelineTag,
    taskTitle: "Text classification",
    languages,
    license,
    base,
    summary: [
      `Puts one of ${labels.length} labels on a text; ${tuning} ${codeSpan(base.name)}, ${model.parameters.toLocaleString("en")} parameters. It gave the right label to ${right}.`,
      `Labels: ${labels.map(codeSpan).join(", ")}`,
    ],
    usage: usage(manifest),
    evidence,
    limits: [
      `${cardLanguages(languages)}; texts in other languages get a label all the same.`,
      cutTexts(manifest.preprocessing),
      ...limits,
    ],
  };
}

function usage({ name, version, preprocessing }: ManifestOf<"text-classification">): string[] {
  return [
    `On the command line; ${codeSpan(`${name}@champion`)} is the version in use, ${codeSpan(`${name}:${version}`)} this one:`,
    codeBlock("sh", `modelwright predict ${name}@champion "your text"`),
    "From TypeScript or JavaScript:",
    codeBlock(
      "ts",
      `import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion");
const [result] = await model.predict(["your text"]);
console.log(result.label, result.probability);`,
    ),
    `Over HTTP, after \`modelwright serve ${name}@champion\`; the server describes every route at \`/openapi.json\`:`,
    codeBlock(
      "sh",
      `curl -H 'content-type: application/json' -d '{"texts": ["your text"]}' http://127.0.0.1:8000/v1/models/${name}/predict`,
    ),
    "It answers one prediction per text, in their order; with `?all=true` each has the probability of every label:",
    codeBlock(
      "text",
      `{"model": {"name": "${name}", "version": ${version}}, "predictions": [{"label": "…", "probability": 0.97}]}`,
    ),
    `In any ONNX Runtime (Python, C#, Java, Rust, the browser): tokenize with \`tokenizer.json\`, cut to ${preprocessing.maxLength} tokens (leave out the ${preprocessing.truncation}), pad with id ${preprocessing.padId}, run \`onnx/model.onnx\`, take the softmax of the logits.`,
  ];
}
