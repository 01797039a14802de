/**
 * Prints the cases of every differentiable operator as JSON, their floats drawn anew: `node draw-cases.mjs SEED`. Needs `npx tsc -b`
 * first. Each element keeps its sign and loses up to a fifth of its size, so that it stays where the function is defined.
 */
import { RandomSource } from "@modelwright/engine";
import { DIFFERENTIABLE_OPERATORS, gradientCases, lossGraph } from "@modelwright/engine/testing";

const random = RandomSource.fromSeed(Number(process.argv[2]));

function drawn(input) {
  const isFloat = input?.dtype === "float32" && input.isConstant !== true;
  return isFloat
    ? { ...input, data: input.data.map((value) => Math.fround(value * (0.8 + 0.2 * random.uniform()))) }
    : input;
}

const plain = (tensor) =>
  tensor && { dtype: tensor.dtype, shape: tensor.shape, data: Array.from(tensor.data), isConstant: tensor.isConstant };

function drawCase(opType, { name, inputs, attributes = {}, outputCount = 1, ...rest }) {
  const example = { name, inputs: inputs.map(drawn), attributes, outputCount, ...rest };
  const { feeds, parameters } = lossGraph(opType, example);
  const wanted = typeof outputCount === "number" ? Array.from({ length: outputCount }, () => true) : outputCount;
  const outputs = wanted.map((isWanted, i) => ({ isWanted, weights: plain(feeds[`weights${i}`]) ?? null }));
  return {
    name,
    inputs: example.inputs.map((input) => plain(input) ?? null),
    attributes,
    outputCount,
    outputs,
    parameters,
  };
}

const cases = DIFFERENTIABLE_OPERATORS.map((opType) => [
  opType,
  gradientCases(opType).map((example) => drawCase(opType, example)),
]);
console.log(JSON.stringify(Object.fromEntries(cases)));
