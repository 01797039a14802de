import { differentiate, encodeModel, OPERATORS } from "../../packages/engine/dist/index.js";
import { REFUSED_ML_OPERATORS } from "../../packages/engine/dist/ops/ml/refused-operators.js";
import { REFUSED_FORMS } from "../../packages/engine/dist/ops/refused-forms.js";
import { WEBGPU_KERNELS } from "../../packages/engine/dist/runtime/webgpu/kernels.js";
import { placeOnWebgpu } from "../../packages/engine/dist/runtime/webgpu/placement.js";
import { DIFFERENTIABLE_OPERATORS, gradientCases, lossGraph } from "../../packages/engine/dist/testing/index.js";
import { pageHead, table } from "./markdown.mjs";
import { ASKED_FOR, RETIRED_TRAINING_BUILD } from "./retired-training-build.mjs";

/** By what a run of the operator's cases showed. */
const COVERAGE = { all: "yes", some: "partly", none: "–" };

const INTRODUCTION = `Every operator that the engine knows, and what it knows of it. Models from outside may hold other operators: they run, but nothing
passes a gradient through them.

- **Inputs**, by the names of the specification: one with \`?\` may be left out, one with \`...\` stands for any number.
- **Inference on the CPU**: a test runs each one in ONNX Runtime and compares it with a reference in float64.
- **Gradient on the CPU**: tests hold it against central differences, against ONNX Runtime and, where PyTorch has such a function, against PyTorch.
- **Texts**: the operators of \`ai.onnx.ml\` and those named \`String…\`, \`TfIdfVectorizer\`, \`Tokenizer\`, \`RegexFullMatch\`, \`Cast\` and \`Constant\` read and
  make texts; those that only move or compare elements (\`Gather\`, \`Concat\`, \`Where\`, \`Equal\` …) take them too; all others refuse them. Fitted pipelines of
  scikit-learn are held against scikit-learn's own outputs (\`test/parity/scikit-learn.test.ts\`).
- **WebGPU**: the same cases, run on SwiftShader, a Vulkan in software (\`node docs/measure-webgpu-kernels.mjs\`). "Partly":
  some dtypes or attributes are left to the CPU, with copies there and back. What a gradient leaves to the CPU is named. [What was right on an H100](docs/gpu.md#what-was-right), and what CUDA leaves to the CPU.`;

const REFUSED = `Uses of these operators that are refused by name, with the rule that they break. *Rules*: the types of the
outputs, the reference and the gradient; ONNX Runtime runs such a node all the same. *Gradient*: only a
parameter before the node cannot be trained. *File*: the model is not loaded. Beyond these, values are
tensors of floats of 16 bits or more, of integers of 8 bits or more, of bools and of texts, and the rank of
every value is known before the graph runs.`;

/** Operators × (inference, gradient, CPU, WebGPU), and how they compare with what trained ONNX graphs before. */
export function featuresPage() {
  const names = Object.keys(OPERATORS).sort((a, b) => a.localeCompare(b, "en"));
  const gradients = names.filter((name) => DIFFERENTIABLE_OPERATORS.includes(name)).length;
  return [
    pageHead("Features", INTRODUCTION),
    `## ${names.length} operators, ${gradients} of them with a gradient\n`,
    `${table(["operator", "inputs", "inference, CPU", "gradient, CPU", "inference, WebGPU", "gradient, WebGPU"], names.map(operatorRow))}\n`,
    "## Refused forms\n",
    `${REFUSED}\n`,
    `${table(
      ["operators", "form", "refused"],
      Object.values(REFUSED_FORMS).map(({ operators, form, refused }) => [operators, form, refused]),
    )}\n`,
    "## Refused operators of ai.onnx.ml\n",
    `${table(
      ["operator", "reason"],
      Object.entries(REFUSED_ML_OPERATORS).map(([name, reason]) => [`\`${name}\``, reason]),
    )}\n`,
    "## Beside ONNX Runtime's retired training build\n",
    "What it had gradients for, and what does the same here.\n",
    `${table(["operator there", "here"], RETIRED_TRAINING_BUILD.map(retiredRow))}\n`,
    "Operators whose gradient its users asked for:\n",
    `${table(
      ["operator", "gradient here"],
      ASKED_FOR.map((name) => [`\`${name}\``, gradientOf(name)]),
    )}\n`,
  ].join("\n");
}

function operatorRow(name) {
  const { domain, inputs } = OPERATORS[name];
  const isDifferentiable = DIFFERENTIABLE_OPERATORS.includes(name);
  return [
    domain === "" ? `\`${name}\`` : `\`${domain}.${name}\``,
    signature(inputs),
    "yes",
    gradientOf(name),
    COVERAGE[WEBGPU_KERNELS[name]] ?? "not tried",
    isDifferentiable ? webgpuGradient(name) : "–",
  ];
}

/** Names separated by commas, in lines of about forty characters. */
function signature(places) {
  const lines = [];
  for (const place of places) {
    const line = lines.at(-1);
    if (line === undefined || line.length + place.length > 40) lines.push(place);
    else lines[lines.length - 1] = `${line}, ${place}`;
  }
  return lines.length === 0 ? "–" : lines.join(",<br>");
}

function gradientOf(name) {
  if (DIFFERENTIABLE_OPERATORS.includes(name)) return "yes";
  return `– (${OPERATORS[name].gradient.notDifferentiable})`;
}

/** What WebGPU leaves to the CPU of the graphs that train an operator's cases. */
function webgpuGradient(name) {
  const left = new Set();
  for (const example of gradientCases(name)) {
    const { graph, parameters } = lossGraph(name, example);
    const { onCpu } = placeOnWebgpu(encodeModel(differentiate(graph, { loss: "loss", parameters })));
    for (const { operator } of onCpu) left.add(operator);
  }
  return left.size === 0 ? "yes" : `all but ${[...left].sort().join(", ")}`;
}

function retiredRow([name, { by, missing }]) {
  if (by !== undefined && !DIFFERENTIABLE_OPERATORS.includes(by))
    throw new Error(`features-page: ${by} has no gradient`);
  return [`\`${name}\``, by === undefined ? `– (${missing})` : by === name ? "yes" : `\`${by}\``];
}
