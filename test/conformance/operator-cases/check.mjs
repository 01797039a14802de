// Holds the engine against the operator cases that make.py collected. Of each case: the file is decoded; the inferred
// types are those of the expected outputs; the float64 reference gives these outputs; and ONNX Runtime gives the same
// bytes for the file and for what the engine encodes of it. A refusal with a code is counted by its reason; a wrong
// number or another exception is a failure, and makes this exit with 1.
//     npx tsc -b && node test/conformance/operator-cases/check.mjs FOLDER [part of a path…]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import {
  DTYPES,
  decodeModel,
  defaultRuntime,
  encodeModel,
  evaluateWithStrings,
} from "../../../packages/engine/dist/index.js";
import { decodeTensor } from "../../../packages/engine/dist/onnx/decode-tensor.js";
import { decodeMessage } from "../../../packages/engine/dist/onnx/schema.js";
import { RANDOM_OPERATORS } from "../../../packages/engine/dist/passes/random-operators.js";
import { allclose, toReference } from "../../../packages/engine/dist/testing/index.js";

/** The cases' own numbers are float32 or less. */
const TOLERANCE = { relative: 2e-3, absolute: 1e-5 };
const HALF_TOLERANCE = { relative: 2e-2, absolute: 2e-3 };

/** bfloat16 has eight bits of precision, and is float32 here. */
const BFLOAT16 = 16;
const BFLOAT16_TOLERANCE = { relative: 2e-2, absolute: 1e-2 };

/** Cases whose numbers are not ours, each with the reason. */
const KNOWN = [
  [/_dynamicquantizelinear_expanded$/, "a tie that float32 rounds in one way, float64 in the other"],
  [/_maxunpool_export_with_output_shape$/, "the places in the case are those of another shape (onnx issue 5398)"],
  [
    /_resize_downsample_scales_linear_align_corners$/,
    "aligns corners of a size that is not rounded; ONNX Runtime rounds it",
  ],
  [/_bitwise_\w+_ui64_/, "integers beyond 2^53, which the reference does not hold"],
  [/_cast(like)?_FLOAT_to_STRING(_expanded)?$/, "ONNX Runtime writes eight digits, NumPy the shortest"],
  [/^1\.6\.0\/.*_unique_not_sorted_without_axis$/, "the release's own output is sorted"],
  [/^1\.(8|13)\.1\/.*_FLOAT_to_BFLOAT16(_expanded)?$/, "older releases wrote bfloat16 down as uint16"],
];

const [folder, ...parts] = process.argv.slice(2);
const runtime = await defaultRuntime();
const counts = { cases: 0, right: 0, refused: 0, "same in ONNX Runtime": 0, "not run by ONNX Runtime": 0 };
const refusals = new Map();
const known = [];
const failures = [];
for (const path of casesIn(folder).filter((path) => parts.every((part) => path.includes(part)))) {
  counts.cases++;
  const name = relative(folder, path);
  await check(path, name).catch((error) => {
    if (typeof error.code === "string" && /^[A-Z_]+$/.test(error.code)) {
      counts.refused++;
      const reason = reasonOf(error);
      refusals.set(reason, [...(refusals.get(reason) ?? []), name]);
    } else if (KNOWN.some(([pattern]) => pattern.test(name))) known.push(name);
    else failures.push(`${name}: ${error.stack?.split("\n").slice(0, 3).join(" | ") ?? error}`);
  });
}
console.log(counts);
for (const [reason, names] of [...refusals].sort((a, b) => b[1].length - a[1].length))
  console.log(`refused ${names.length}: ${reason} (${names[0]})`);
for (const name of known) console.log(`known: ${name}: ${KNOWN.find(([pattern]) => pattern.test(name))[1]}`);
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${counts.cases - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && counts.cases > 0 ? 0 : 1;

function casesIn(path) {
  if (existsSync(join(path, "model.onnx"))) return [path];
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap((entry) => casesIn(join(path, entry.name))).sort();
}

async function check(path, name) {
  const bytes = readFileSync(join(path, "model.onnx"));
  const graph = decodeModel(bytes, { file: name });
  const data = join(path, "test_data_set_0");
  const feeds = Object.fromEntries(graph.inputs.map((input, i) => [input.name, tensorAt(data, `input_${i}`)]));
  const expected = graph.outputs.map((output, i) => [output, tensorAt(data, `output_${i}`), toleranceAt(data, i)]);
  await compareRuns(bytes, graph, { feeds, name });
  for (const [output, value] of expected) checkType(output, value, name);
  if (graph.nodes.some(({ opType }) => RANDOM_OPERATORS.has(opType))) {
    counts.right++;
    return;
  }
  const references = Object.fromEntries(Object.entries(feeds).map(([key, value]) => [key, toReference(value)]));
  const results = evaluateWithStrings(graph, references);
  for (const [output, value, tolerance] of expected) {
    const { isClose, message } = allclose(results.get(output.name), toReference(value), tolerance);
    if (!isClose) throw new Error(`the reference gives other numbers: ${message}`);
  }
  counts.right++;
}

function protoAt(data, name) {
  return decodeMessage("TensorProto", readFileSync(join(data, `${name}.pb`)));
}

function tensorAt(data, name) {
  return decodeTensor(protoAt(data, name), name);
}

function toleranceAt(data, i) {
  const { dataType } = protoAt(data, `output_${i}`);
  if (dataType === BFLOAT16) return BFLOAT16_TOLERANCE;
  return dataType === DTYPES.float16.onnx ? HALF_TOLERANCE : TOLERANCE;
}

function checkType({ dtype, shape }, value, name) {
  const fits =
    dtype === value.dtype &&
    shape.length === value.shape.length &&
    shape.every((size, axis) => typeof size === "string" || size === value.shape[axis]);
  if (!fits) throw new Error(`${name}: the type is ${dtype} [${shape}], the output ${value.dtype} [${value.shape}]`);
}

/** A file that ONNX Runtime does not run says nothing about ours. */
async function compareRuns(bytes, graph, { feeds, name }) {
  const given = await run(bytes, feeds).catch(() => undefined);
  if (given === undefined) {
    counts["not run by ONNX Runtime"]++;
    return;
  }
  const own = await run(encodeModel(graph), feeds);
  const isRandom = graph.nodes.some(({ opType }) => RANDOM_OPERATORS.has(opType));
  for (const output of Object.keys(given)) {
    const [a, b] = [given[output], own[output]].map(bytesOf);
    if (!isRandom && Buffer.compare(a, b) !== 0) throw new Error(`${name}: encoded again it gives another ${output}`);
  }
  counts["same in ONNX Runtime"]++;
}

async function run(bytes, feeds) {
  const session = await runtime.createSession(bytes, { threads: 1 });
  return await session.run(feeds).finally(() => session.release());
}

function bytesOf({ dtype, data }) {
  if (dtype === "string") return Buffer.from(JSON.stringify(data));
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** The code and the rule, without the names of a file's own nodes and values. */
function reasonOf({ code, details, message }) {
  if (code === "ENGINE_OPERATOR_UNKNOWN") return `${code}: ${details?.opType}`;
  const rule = details?.rule ?? details?.reason ?? message;
  return `${code}: ${details?.where?.split(" ")[0] ?? ""} ${rule}`.replaceAll(/\d+/g, "N");
}
