/**
 * Compares gradients with what make.py wrote: `node check.mjs OUT`. In float64 by the reference, and in ONNX Runtime in opsets 13 to 23,
 * with sizes known and unknown before the run. Exits with 1 for a wrong number or an error without a code.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  defaultRuntime,
  differentiate,
  encodeModel,
  evaluate,
  GraphBuilder,
  gradientName,
  tensorFrom,
} from "@modelwright/engine";
import { allclose, fromReference } from "@modelwright/engine/testing";

const OPSETS = [13, 15, 17, 18, 20, 21, 23];
const FLOAT32 = { relative: 5e-3, absolute: 5e-5 };
/** The interpreter's arithmetic is float64, the constants in a gradient are float32. */
const FLOAT64 = { relative: 1e-5, absolute: 1e-6 };

const counts = { right: 0, refused: 0, "not of this opset": 0 };
const failures = [];
const refusals = new Map();
const runtime = await defaultRuntime();

/** The loss Σ output · weights as a graph of an opset; sizes above 1 get names where they are symbols. */
function graphOf({ opType, inputs, attributes, outputCount, outputs }, opset, isSymbolic) {
  const b = new GraphBuilder({ name: opType, opsets: { "": opset } });
  const feeds = {};
  const shapeOf = ({ shape }) => shape.map((size) => (isSymbolic && size > 1 ? `size${size}` : size));
  const feed = (name, tensor) => {
    feeds[name] = { ...tensor, data: Float64Array.from(tensor.data) };
    return b.input(name, tensor.dtype, shapeOf(tensor));
  };
  const operands = inputs.map((tensor, i) => {
    if (tensor === null) return undefined;
    if (tensor.isConstant !== true) return feed(`input${i}`, tensor);
    return b.initializer(`input${i}`, fromReference({ ...tensor, data: Float64Array.from(tensor.data) }));
  });
  const made = b.multi(opType, operands, outputCount, attributes);
  const terms = made.flatMap((output, i) => {
    const weights = outputs[i].isWanted ? outputs[i].weights : null;
    if (weights === null) return [];
    feeds[`weights${i}`] = { ...weights, data: Float64Array.from(weights.data) };
    const weighted = b.op("Mul", [output, b.input(`weights${i}`, output.dtype, output.shape)]);
    return [b.op("ReduceSum", [weighted], { keepdims: 0 })];
  });
  b.output(
    terms.reduce((sum, term) => b.op("Add", [sum, term])),
    "loss",
  );
  return { graph: b.build(), feeds };
}

async function run(graph, feeds) {
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const tensors = Object.fromEntries(graph.inputs.map(({ name }) => [name, fromReference(feeds[name])]));
  return session.run(tensors).finally(() => session.release());
}

async function check(example, opset, isSymbolic) {
  const where = `${example.opType} "${example.name}", opset ${opset}${isSymbolic ? ", sizes unknown" : ""}`;
  try {
    const { graph, feeds } = graphOf(example, opset, isSymbolic);
    try {
      if (opset !== 20) await run(graph, feeds);
    } catch {
      counts["not of this opset"]++;
      return;
    }
    const gradients = differentiate(graph, { loss: "loss", parameters: example.parameters });
    const [reference, results] = [evaluate(gradients, feeds), await run(gradients, feeds)];
    for (const parameter of example.parameters) {
      const { shape, data } = example.expected.gradients[parameter];
      const expected = tensorFrom("float64", shape, data);
      const name = gradientName(parameter);
      for (const [by, closeness] of [
        ["float64", allclose(reference.get(name), expected, FLOAT64)],
        ["ONNX Runtime", allclose(results[name], expected, FLOAT32)],
      ])
        if (!closeness.isClose) failures.push(`${where}, ${parameter}, ${by}: ${closeness.message}`);
    }
    counts.right++;
  } catch (error) {
    if (error.name !== "ModelwrightError" || error.code === "ENGINE_RUNTIME_FAILED")
      failures.push(`${where}: ${error.message}`);
    else {
      counts.refused++;
      const reason = `${example.opType}: ${error.details.reason ?? error.details.rule}`;
      refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    }
  }
}

const [out] = process.argv.slice(2);
for (const [turn, file] of readdirSync(out).sort().entries()) {
  for (const [i, example] of JSON.parse(readFileSync(join(out, file), "utf8")).entries()) {
    const opset = OPSETS[(i + turn) % OPSETS.length];
    for (const isSymbolic of [false, true]) await check(example, opset, isSymbolic);
  }
}
console.log(counts);
for (const [reason, count] of [...refusals].sort()) console.log(`refused ${count} times: ${reason}`);
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);
