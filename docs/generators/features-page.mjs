import { readFileSync } from "node:fs";
import { differentiate, OPERATORS } from "../../packages/engine/dist/index.js";
import { DIFFERENTIABLE_OPERATORS, gradientCases, lossGraph } from "../../packages/engine/dist/testing/index.js";
import { pageHead, table } from "./markdown.mjs";
import { ASKED_FOR, RETIRED_TRAINING_BUILD } from "./retired-training-build.mjs";

const { source, classes } = JSON.parse(readFileSync(new URL("webgpu-kernels.json", import.meta.url), "utf8"));
const webgpuKernels = new Set(classes);

const INTRODUCTION = `Every operator that the engine knows, and what it knows of it. Models from outside may hold other operators: they run, but nothing
passes a gradient through them.

- **Inference on the CPU**: a test runs each one in ONNX Runtime and compares it with a reference in float64.
- **Gradient on the CPU**: tests hold it against central differences, against ONNX Runtime and, where PyTorch has such a function, against PyTorch.
- **WebGPU**: not measured here. "Kernel" says that ONNX Runtime's WebGPU execution provider has one, by the ${source};
  it may refuse some dtypes and attributes. What has no kernel runs on the CPU, with copies there and back; for a
  gradient the operators in it that have none are named.`;

/** Operators × (inference, gradient, CPU, WebGPU), and how they compare with what trained ONNX graphs before. */
export function featuresPage() {
  const names = Object.keys(OPERATORS).sort((a, b) => a.localeCompare(b, "en"));
  const gradients = names.filter((name) => DIFFERENTIABLE_OPERATORS.includes(name)).length;
  return [
    pageHead("Features", INTRODUCTION),
    `## ${names.length} operators, ${gradients} of them with a gradient\n`,
    `${table(["operator", "inference, CPU", "gradient, CPU", "inference, WebGPU", "gradient, WebGPU"], names.map(operatorRow))}\n`,
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
  const { domain } = OPERATORS[name];
  const isDifferentiable = DIFFERENTIABLE_OPERATORS.includes(name);
  return [
    domain === "" ? `\`${name}\`` : `\`${domain}.${name}\``,
    "yes",
    gradientOf(name),
    webgpuKernels.has(name) ? "kernel" : "–",
    isDifferentiable ? webgpuGradient(name) : "–",
  ];
}

function gradientOf(name) {
  if (DIFFERENTIABLE_OPERATORS.includes(name)) return "yes";
  return `– (${OPERATORS[name].gradient.notDifferentiable})`;
}

/** Whether WebGPU has kernels for all operators that the gradients of an operator's cases are made of. */
function webgpuGradient(name) {
  const missing = new Set();
  for (const example of gradientCases(name)) {
    const { graph, parameters } = lossGraph(name, example);
    const before = new Set(graph.nodes.map((node) => node.name));
    const { nodes } = differentiate(graph, { loss: "loss", parameters });
    const added = nodes.filter((node) => !before.has(node.name));
    for (const { opType } of added) if (!webgpuKernels.has(opType)) missing.add(opType);
  }
  return missing.size === 0 ? "kernels" : `all but ${[...missing].sort().join(", ")}`;
}

function retiredRow([name, { by, missing }]) {
  if (by !== undefined && !DIFFERENTIABLE_OPERATORS.includes(by))
    throw new Error(`features-page: ${by} has no gradient`);
  return [`\`${name}\``, by === undefined ? `– (${missing})` : by === name ? "yes" : `\`${by}\``];
}
