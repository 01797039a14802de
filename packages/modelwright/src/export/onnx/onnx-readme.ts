import { type ModelManifest, type TensorSignature, taskSchemas } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import type { VersionRecord } from "@modelwright/registry";
import { markdownTable } from "../markdown.ts";
import { PRODUCT_VERSION } from "../product-version.ts";
import { describeInputs } from "./describe-inputs.ts";

/** What the outputs say, by what a version's signature says that it gives. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  "label-probabilities": [
    "`logits` has a number per label, in the order of `labels.json`. The probabilities are their softmax; what calibrates",
    "them is in the graph already.",
  ],
  labels: [
    "`logits` has a number per label, in the order of `labels.json`. The probability of a label is 1 / (1 + exp(−logit)),",
    "and a text has the label from the threshold in `thresholds.json` on.",
  ],
  number: ["`value` is the number, in the unit of the training data; `low` and `high`, where they are, its interval."],
  embedding: ["`sentence_embedding` is the vector of a text."],
};

/** Further files that the outputs are read with, by name. */
export function outputFiles({ manifest }: Pick<VersionRecord, "manifest">): Record<string, string> {
  const labels = inferenceRow(manifest.task).labels?.(manifest);
  const { thresholds } = manifest as { readonly thresholds?: readonly number[] };
  return {
    ...(labels === undefined ? {} : { "labels.json": json(labels) }),
    ...(thresholds === undefined ? {} : { "thresholds.json": json(thresholds) }),
  };
}

/** Says what the graph takes and gives, for people who run it without Modelwright. */
export function onnxReadme({ name, version, runId, manifest }: VersionRecord, files: readonly string[]): string {
  const { inputs, outputs } = manifest.signature.tensors;
  const { summary } = taskSchemas(manifest.task).words;
  const how = describeInputs(manifest);
  const meaning = OUTPUTS[manifest.signature.output];
  const ownCode = `Only Modelwright's own code does that: \`loadModel\` of the package \`modelwright\` ${PRODUCT_VERSION}.`;
  const lines = [
    `# ${name}, version ${version}, for ONNX Runtime`,
    "",
    `A model that ${summary} (${manifest.task}).`,
    `Any ONNX Runtime runs it. Modelwright ${PRODUCT_VERSION} exported it; it comes from run ${runId}.`,
    "",
    ...markdownTable(
      ["file", "SHA-256"],
      files.map((path) => [`\`${path}\``, digestOf(manifest, path)]),
    ),
    "",
    "## Inputs",
    "",
    ...tensorTable(inputs),
    "",
    ...(how ?? [`How an item becomes these: ${ownCode}`]),
    "",
    "## Outputs",
    "",
    ...tensorTable(outputs),
    "",
    ...(meaning ?? [`What they say of an item: ${ownCode}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function tensorTable(tensors: readonly TensorSignature[]): readonly string[] {
  return markdownTable(
    ["name", "type", "shape"],
    tensors.map(({ name, dtype, shape }) => [
      `\`${name}\``,
      dtype,
      `[${shape.map((size) => (size === -1 ? "any" : size)).join(", ")}]`,
    ]),
  );
}

function digestOf({ files }: ModelManifest, path: string): string {
  return files.find((file) => file.path === path)?.sha256 ?? "–";
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
