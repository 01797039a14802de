import { defineError } from "./error-definition.ts";

export const engineErrors = {
  ENGINE_SHAPE_MISMATCH: defineError<{ where: string; rule: string; got: string }>({
    status: 400,
    meaning: "The shapes or dtypes given to an operator or a session break its rule.",
    message: (d) => `${d.where}: ${d.rule}, got ${d.got}`,
    remedy: "Check the shapes printed above against the operator's rule.",
  }),
  ENGINE_GRAPH_INVALID: defineError<{ where: string; rule: string; got: string }>({
    status: 400,
    meaning: "A graph is not well-formed: a name used before it is made, made twice, a missing input, a cycle.",
    message: (d) => `${d.where}: ${d.rule}, got ${d.got}`,
    remedy: "Fix the graph; printGraph(graph) shows it.",
  }),
  ENGINE_OPERATOR_UNKNOWN: defineError<{ node: string; opType: string; domain: string; reason?: string }>({
    status: 400,
    meaning: "The operator is not in our table, so its shape, gradient or reference value is not known.",
    message: (d) =>
      `node "${d.node}": operator ${d.domain === "" ? "" : `${d.domain}.`}${d.opType} is not in the operator table${d.reason === undefined ? "" : `: ${d.reason}`}`,
    remedy: "FEATURES.md lists the operators; use one of them, or run the graph for inference only.",
  }),
  ENGINE_NODE_INVALID: defineError<{ node: string; operator: string; rule: string; got: string; file?: string }>({
    status: 400,
    meaning:
      "A node lacks a required input or output, or has an input, output or attribute that its operator does not have.",
    message: (d) =>
      `${d.file === undefined ? "" : `${d.file}: `}node "${d.node}" (${d.operator}): ${d.rule}, got ${d.got}`,
    remedy: "Give the node what FEATURES.md lists for its operator; a model from elsewhere is to be exported again.",
  }),
  ENGINE_NOT_DIFFERENTIABLE: defineError<{ node: string; opType: string; reason: string }>({
    status: 400,
    meaning: "A gradient was asked for through an operator that has none.",
    message: (d) => `node "${d.node}": no gradient through ${d.opType}: ${d.reason}`,
    remedy: "Freeze the parameters before this node, or replace the operator.",
  }),
  ENGINE_MODEL_MALFORMED: defineError<{ file: string; problem: string }>({
    status: 400,
    meaning: "The bytes are not a well-formed ONNX model.",
    message: (d) => `${d.file}: not a well-formed ONNX model: ${d.problem}`,
    remedy: "Check that the file is complete and that it is an .onnx file.",
  }),
  ENGINE_MODEL_REFUSED: defineError<{ file: string; rule: string; got: string }>({
    status: 400,
    meaning:
      "The model is well-formed but unsafe to load: external data outside its folder, an unknown domain, a size over the limit.",
    message: (d) => `${d.file}: refused: ${d.rule}, got ${d.got}`,
    remedy: "Load only models that you trust; re-export the model as one self-contained file with standard operators.",
  }),
  ENGINE_NODE_FATAL: defineError<{ where: string; node: string; operator: string; reason: string }>({
    status: 400,
    meaning: "The model has a node at which ONNX Runtime ends the whole process instead of failing.",
    message: (d) => `${d.where}: node "${d.node}" (${d.operator}) would end the process in ONNX Runtime: ${d.reason}`,
    remedy:
      "Give the node what is missing or odd: zeros for a bias, no empty name among operands, an axis within the rank, as many outputs as are asked for; then export the model again.",
  }),
  ENGINE_RUNTIME_FAILED: defineError<{ where: string; problem: string }>({
    status: 500,
    meaning: "ONNX Runtime refused a model or failed while it ran.",
    message: (d) => `${d.where}: ONNX Runtime: ${d.problem}`,
    remedy: "Run modelwright doctor; if the model is your own export, check it with the tool that made it.",
  }),
  ENGINE_RUNTIME_UNAVAILABLE: defineError<{ platform: string; problem: string }>({
    status: 500,
    meaning: "The ONNX Runtime library could not be loaded on this machine.",
    message: (d) => `ONNX Runtime could not be loaded on ${d.platform}: ${d.problem}`,
    remedy:
      "Supported: Linux x64/arm64 with glibc, macOS arm64, Windows x64/arm64, with Node 20.19 or later. There, remove node_modules and install again, optional dependencies included.",
  }),
  ENGINE_PROVIDER_UNAVAILABLE: defineError<{ executionProvider: string; problem: string; remedy: string }>({
    status: 400,
    meaning: "The execution provider that was asked for cannot be used on this machine.",
    message: (d) => `executionProvider ${d.executionProvider}: ${d.problem}`,
    remedy: (d) => d.remedy,
  }),
  ENGINE_OPERATORS_ON_CPU: defineError<{ executionProvider: string; operators: string }>({
    status: 400,
    meaning: "cpuFallback is refuse, and the model has operators that the execution provider cannot run.",
    message: (d) => `executionProvider ${d.executionProvider}: left to the CPU: ${d.operators}`,
    remedy: "Choose layers without these operators, or write cpuFallback: warn to run them on the CPU, with copies.",
  }),
};
