// Loads what make.py wrote, differentiates mean(y²) by every parameter, runs it in ONNX Runtime, and holds outputs
// and gradients against PyTorch's in float64. Prints a line per file and the failures again at the end; exits with 1 when there are any.
//     npx tsc -b && node test/conformance/exports/check.mjs FOLDER [part of a name…]
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  decodeModel,
  defaultRuntime,
  differentiate,
  encodeModel,
  GraphBuilder,
  gradientName,
  optimize,
} from "../../../packages/engine/dist/index.js";
import { allclose, toReference } from "../../../packages/engine/dist/testing/index.js";
import { readSafetensors } from "../../../packages/models/dist/index.js";

/** Both sides begin with the same float32 parameters; a float32 run of a few layers keeps about five digits. */
const RELATIVE = 2e-4;

/** What is refused by name, as FEATURES.md says: a Loop or a sequence stands for the bag. */
const REFUSED = { "embedding-bag": ["ENGINE_NOT_DIFFERENTIABLE", "ENGINE_MODEL_REFUSED"] };

const [folder, ...parts] = process.argv.slice(2);
const runtime = await defaultRuntime();
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".onnx") && parts.every((part) => file.includes(part)))
  .map((file) => file.slice(0, -".onnx".length));
const failures = [];
for (const name of names) {
  const said = await check(name).catch((failure) => {
    const isExpected = REFUSED[name.replace(/-[a-z]+-\d+$/, "")]?.includes(failure.code) === true;
    return `${isExpected ? "ok, refused" : "failed"}: ${failure.code ?? failure.stack}: ${failure.message}`;
  });
  console.log(`${name}: ${said}`);
  if (!said.startsWith("ok")) failures.push(`${name}: ${said}`);
}
console.log(`\n${names.length - failures.length} passed, ${failures.length} failed`);
for (const failure of failures) console.log(failure);
process.exitCode = failures.length === 0 && names.length > 0 ? 0 : 1;

async function check(name) {
  const exported = decodeModel(readFileSync(join(folder, `${name}.onnx`)));
  const { tensors } = readSafetensors(readFileSync(join(folder, `${name}.safetensors`)), name);
  const under = (prefix) =>
    [...tensors].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]);
  const feeds = Object.fromEntries(under("input.").map(([key, value]) => [key, value]));
  const gradients = under("gradient.");
  const parameters = gradients.map(([key]) => key);
  const b = GraphBuilder.from(exported);
  const y = b.value(exported.outputs[0].name);
  b.output(b.op("ReduceMean", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
  const trained = optimize(differentiate(b.build(), { loss: "loss", parameters }));
  const session = await runtime.createSession(encodeModel(trained), { threads: 1 });
  const wanted = [y.name, ...parameters.map(gradientName)];
  const results = await session.run(feeds, wanted).finally(() => session.release());
  const largest = Math.max(...gradients.map(([, value]) => magnitude(value)));
  const expected = [[y.name, tensors.get("output")], ...gradients.map(([key, value]) => [gradientName(key), value])];
  for (const [key, value] of expected) {
    const { isClose, message } = compare(results[key], value, largest);
    if (!isClose) return `${key} is wrong: ${message}`;
  }
  return `ok, ${parameters.length} gradients`;
}

/** A sum of numbers that cancel out is known only as well as these: small elements are held to the largest. */
function compare(actual, expected, largest) {
  const scale = Math.max(magnitude(expected), largest / 1000);
  return allclose(actual, expected, { relative: RELATIVE, absolute: RELATIVE * scale });
}

function magnitude(tensor) {
  return toReference(tensor).data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
