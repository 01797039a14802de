/**
 * Damages files of every format and reads them: `node check.mjs [COUNT]`, default 10000 of each. Exits with 1 for an error without a code, a
 * reader that takes more than 10 seconds, or one that does not come back.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  decodeModel,
  differentiate,
  encodeModel,
  evaluateWithStrings,
  guardModel,
  optimize,
  RandomSource,
  tensorFrom,
} from "@modelwright/engine";
import { DIFFERENTIABLE_OPERATORS, gradientCases, lossGraph, mutateBytes } from "@modelwright/engine/testing";
import { readSafetensors, writeSafetensors } from "@modelwright/models";

/** For a damaged copy of each of all files together, in milliseconds. */
const MOST_PER_FILE = 3000;
const count = Number(process.argv[2] ?? 10_000);
const random = RandomSource.fromSeed(1);
/** Beyond twice a file's size, in bytes; the files here are small. */
const ALLOWANCE = 256 * 2 ** 20;
const counts = { read: 0, refused: 0 };
const failures = [];

function attempt(where, read) {
  const start = performance.now();
  try {
    read();
    counts.read++;
  } catch (error) {
    if (error.name === "ModelwrightError") counts.refused++;
    else failures.push(`${where}: ${error.stack.split("\n", 3).join(" ")}`);
  }
  const seconds = (performance.now() - start) / 1000;
  counts.slowest = Math.max(counts.slowest ?? 0, seconds);
  if (seconds > 10) failures.push(`${where}: ${seconds.toFixed(0)} s`);
}

const floats = (graph) => graph.inputs.flatMap(({ name, dtype }) => (dtype === "float32" ? [name] : []));

function readModel(where, bytes, feeds) {
  attempt(`${where}, guard`, () => guardModel(bytes, { file: where }));
  attempt(`${where}, written again`, () => encodeModel(decodeModel(bytes)));
  attempt(`${where}, optimised`, () => optimize(decodeModel(bytes)));
  attempt(`${where}, evaluated`, () => evaluateWithStrings(decodeModel(bytes), feeds));
  attempt(`${where}, differentiated`, () => {
    const graph = decodeModel(bytes);
    differentiate(graph, { loss: graph.outputs[0]?.name ?? "", parameters: floats(graph) });
  });
}

/** A node under the name of another operator, which has other inputs, outputs and attributes. */
function exchanged(graph, seed) {
  const nodes = [...graph.nodes];
  const at = random.integer(nodes.length);
  const opType = DIFFERENTIABLE_OPERATORS[seed % DIFFERENTIABLE_OPERATORS.length];
  nodes[at] = { ...nodes[at], opType };
  return encodeModel({ ...graph, nodes });
}

/** Reads damaged copies of a format, and holds the memory that the process grows by against the allowance. */
function format(name, read) {
  const before = process.resourceUsage().maxRSS;
  Object.assign(counts, { read: 0, refused: 0, slowest: 0 });
  for (let seed = 0; seed < count; seed++) read(seed);
  const grown = (process.resourceUsage().maxRSS - before) * 1024;
  if (grown > ALLOWANCE) failures.push(`${name}: ${grown} bytes of memory`);
  const { read: sound, refused, slowest } = counts;
  console.log(
    `| ${name} | ${count} | ${sound} | ${refused} | ${slowest.toFixed(1)} | ${Math.round(grown / 2 ** 20)} |`,
  );
}

console.log("| format | copies | read | refused | slowest (s) | memory grown (MiB) |");
const examples = DIFFERENTIABLE_OPERATORS.filter((opType) => !["Loop", "Scan"].includes(opType)).map((opType) => ({
  opType,
  ...lossGraph(opType, gradientCases(opType)[0]),
}));
format("ONNX graphs of one operator", (seed) => {
  const { opType, graph, feeds } = examples[seed % examples.length];
  const where = `${opType}, seed ${seed}`;
  attempt(where, () =>
    readModel(where, seed % 3 === 0 ? exchanged(graph, seed) : mutateBytes(encodeModel(graph), seed), feeds),
  );
});

const tensors = new Map([
  ["weight", tensorFrom("float32", [2, 3], [1, 2, 3, 4, 5, 6])],
  ["ids", tensorFrom("int64", [2], [7, 8])],
]);
const weights = new Uint8Array(Buffer.concat(writeSafetensors(tensors)));
format("safetensors", (seed) =>
  attempt(`safetensors, seed ${seed}`, () => readSafetensors(mutateBytes(weights, seed), "weights.safetensors")),
);

/** Folders of models, adapters and ONNX files as recipes name them are damaged by the tests that always run, more often. */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const tests = ["test/parity/hostile-folders.test.ts", "test/parity/hostile-onnx.test.ts"];
const { status, signal } = spawnSync("npx", ["vitest", "run", "--project", "parity", ...tests], {
  cwd: root,
  env: { ...process.env, HOSTILE_COUNT: String(count) },
  stdio: "inherit",
  timeout: count * MOST_PER_FILE,
});
if (status !== 0) failures.push(`${tests.join(" and ")}: ${signal === null ? "see above" : "they do not come back"}`);

for (const failure of failures) console.log(`FAILED ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);
