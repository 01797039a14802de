// Lists the operators that the WebGPU execution provider of the installed ONNX Runtime has kernels for, from the type names in its library
// for Linux x64, where each kernel is a class. Run after onnxruntime-node was updated: node docs/read-webgpu-kernels.mjs
import { readFileSync, writeFileSync } from "node:fs";

/** Kernel classes by the operators that are named otherwise. A class with parameters is written with the first of them. */
const OTHER_NAMES = {
  AveragePool: "Pool<AveragePool>",
  GRU: "Gru",
  GlobalAveragePool: "Pool<AveragePool>",
  GlobalMaxPool: "Pool<MaxPool>",
  InstanceNormalization: "InstanceNorm",
  LSTM: "Lstm",
  LayerNormalization: "LayerNorm<false>",
  LpNormalization: "LpNorm",
  MaxPool: "Pool<MaxPool>",
  RMSNormalization: "RMSNorm",
  SimplifiedLayerNormalization: "LayerNorm<true>",
  SkipLayerNormalization: "SkipLayerNorm<false>",
  SkipSimplifiedLayerNormalization: "SkipLayerNorm<true>",
};

const root = new URL("../node_modules/onnxruntime-node/", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const library = readFileSync(new URL("bin/napi-v6/linux/x64/libonnxruntime.so.1", root), "latin1");

// As C++ compilers write names: each part behind its length, arguments of templates between I and E, truth values as Lb0E and Lb1E.
const classes = new Set();
for (const [, length, rest] of library.matchAll(/N11onnxruntime(?:7contrib)?6webgpu(\d+)([A-Za-z]\w*)/g)) {
  const name = rest.slice(0, Number(length));
  const argument = /^I(?:Lb([01])E|INS_|NS_(\d+)(\w+))/.exec(rest.slice(Number(length)));
  classes.add(name);
  if (argument?.[1] !== undefined) classes.add(`${name}<${argument[1] === "1"}>`);
  if (argument?.[2] !== undefined) classes.add(`${name}<${argument[3].slice(0, Number(argument[2]))}>`);
}
const plain = [...classes].filter((name) => /^[A-Z][A-Za-z0-9]*$/.test(name) && !name.endsWith("Program"));
const renamed = Object.entries(OTHER_NAMES).flatMap(([opType, name]) => (classes.has(name) ? [opType] : []));
const kernels = {
  source: `class names in libonnxruntime.so.1 of onnxruntime-node ${version}, Linux x64`,
  classes: [...new Set([...plain, ...renamed])].sort(),
};
writeFileSync(new URL("generators/webgpu-kernels.json", import.meta.url), `${JSON.stringify(kernels, null, 2)}\n`);
