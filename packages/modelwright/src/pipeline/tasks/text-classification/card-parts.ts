import type { Measure, ModelDescription, TextClassificationManifest } from "@modelwright/contracts";
import {
  type CardParts,
  type ClassificationMeasures,
  classificationCard,
  codeBlock,
  codeSpan,
  escapeMarkdown,
} from "@modelwright/evaluation";

/** What the card of a text classifier says beside the shared skeleton. */
export function textClassificationCard(options: {
  readonly description: ModelDescription<TextClassificationManifest>;
  /** ISO 639-1 codes of the languages that the base has seen; empty when not known. */
  readonly languages: readonly string[];
  readonly base: { readonly name: string; readonly license: string; readonly source: string };
  /** On the test rows. */
  readonly classification: ClassificationMeasures;
  readonly measures: Readonly<Record<string, Measure>>;
}): CardParts {
  const { description, languages, base, classification, measures } = options;
  const { labels, model, preprocessing } = description;
  const { evidence, limits } = classificationCard(classification, measures);
  const tuning = model.fineTune === "frozen" ? "a head trained on the frozen encoder" : "fine-tuned from";
  const right = `${(classification.accuracy * 100).toFixed(1)} % of ${classification.rows.toLocaleString("en")} test texts`;
  return {
    pipelineTag: "text-classification",
    taskTitle: "Text classification",
    languages,
    license: base.license,
    base,
    summary: [
      `Puts one of ${labels.length} labels on a text; ${tuning} ${codeSpan(base.name)}, ${model.parameters.toLocaleString("en")} parameters. It gave the right label to ${right}.`,
      `Labels: ${labels.map(codeSpan).join(", ")}`,
    ],
    usage: usage(description),
    evidence,
    limits: [
      `${nameLanguages(languages)}; texts in other languages get a label all the same.`,
      `Of texts longer than ${preprocessing.maxLength} pieces the ${preprocessing.truncation} is left out.`,
      ...limits,
    ],
  };
}

function usage({ name, version, preprocessing }: ModelDescription<TextClassificationManifest>): string[] {
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
    `In any ONNX Runtime (Python, C#, Java, Rust, the browser): tokenize with \`tokenizer.json\`, cut to ${preprocessing.maxLength} pieces (leave out the ${preprocessing.truncation}), pad with id ${preprocessing.padId}, run \`onnx/model.onnx\`, take the softmax of the logits.`,
  ];
}

function nameLanguages(codes: readonly string[]): string {
  if (codes.length === 0) return "Its languages are not known";
  const names = new Intl.DisplayNames("en", { type: "language" });
  const named = codes.map((code) => (/^[a-z]{2,3}$/.test(code) ? names.of(code) : undefined) ?? escapeMarkdown(code));
  return `It has seen texts in ${new Intl.ListFormat("en").format(named)} only`;
}
