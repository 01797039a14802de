import type { Attribute, Node } from "../graph/graph.ts";
import { type Tensor, tensorFrom } from "../tensor/tensor.ts";
import { type Lowered, type Lowering, type LoweringContext, type Lowerings, step } from "./lowering.ts";

/** The first opset whose ReduceMean takes axes as an input. */
const AXES_AS_INPUT = 18;

const INPUT = { axes: 1, mean: 3, variance: 4 } as const;

/**
 * What ONNX Runtime 1.30 computes wrongly, or fails at, on WebGPU and on CUDA alike, as operators that are right on both. Seen on an H100:
 * batch normalisation in training ends the making of the session, reductions over no axes give back their input.
 */
export const GPU_FAULTS: Lowerings = {
  BatchNormalization: lowerBatchNormalization,
  ReduceL1: ofEachElement((x, y) => step("Abs", [x], y)),
  ReduceL2: ofEachElement((x, y) => step("Abs", [x], y)),
  ReduceLogSum: ofEachElement((x, y) => step("Log", [x], y)),
  ReduceSumSquare: ofEachElement((x, y) => step("Mul", [x, x], y)),
};

/** A reduction that is told to reduce nothing where it has no axes: its map of each element alone. */
function ofEachElement(map: (x: string, y: string) => Node): Lowering {
  return ({ attributes, inputs, outputs }, { constantOf }) => {
    const axes = inputs[INPUT.axes] ?? "";
    const isWithoutAxes = axes === "" ? attributes.axes === undefined : constantOf(axes)?.data.length === 0;
    if (!isWithoutAxes || integer(attributes.noop_with_empty_axes) !== 1) return undefined;
    return { nodes: [map(inputs[0]!, outputs[0]!)] };
  };
}

/** (x − mean)/√(variance + epsilon)·scale + bias with the statistics of the batch, and the running ones where they are asked for. */
function lowerBatchNormalization(node: Node, { typeOf, opset }: LoweringContext): Lowered | undefined {
  const { attributes, name, inputs, outputs } = node;
  const [x, scale, bias] = inputs as [string, string, string];
  const type = typeOf(x);
  if (integer(attributes.training_mode) !== 1 || type?.dtype !== "float32") return undefined;

  const initializers = new Map<string, Tensor>();
  const constant = (part: string, tensor: Tensor) => {
    initializers.set(`${name}.${part}`, tensor);
    return `${name}.${part}`;
  };
  const nodes: Node[] = [];
  const at = (part: string, opType: string, operands: readonly string[], given?: Record<string, Attribute>) => {
    nodes.push(step(opType, operands, `${name}.${part}`, given));
    return `${name}.${part}`;
  };
  const scalar = (part: string, value: number) => constant(part, tensorFrom("float32", [], [value]));
  const rank = type.shape.length;
  const axes = [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2)]; // All but the channels'.
  const average = (part: string, value: string) =>
    opset >= AXES_AS_INPUT
      ? at(part, "ReduceMean", [value, constant(`${part}.axes`, tensorFrom("int64", [axes.length], axes))])
      : at(part, "ReduceMean", [value], { axes: { type: "ints", value: axes } });
  const column = [-1, ...axes.slice(1).map(() => 1)];
  const columnShape = constant("column", tensorFrom("int64", [column.length], column));
  const asColumn = (part: string, value: string) => at(part, "Reshape", [value, columnShape]);

  const mean = average("mean", x);
  const centered = at("centered", "Sub", [x, mean]);
  const variance = average("variance", at("squares", "Mul", [centered, centered]));
  const epsilon = scalar("epsilon", number(attributes.epsilon) ?? 1e-5);
  const deviation = at("deviation", "Sqrt", [at("shifted", "Add", [variance, epsilon])]);
  const normalized = at("normalized", "Div", [centered, deviation]);
  const scaled = at("scaled", "Mul", [normalized, asColumn("scale", scale)]);
  nodes.push(step("Add", [scaled, asColumn("bias", bias)], outputs[0]!));

  const momentum = number(attributes.momentum) ?? 0.9;
  const row = constant("row", tensorFrom("int64", [1], [-1]));
  const running = (part: string, statistic: string, before: string, output = "") => {
    if (output === "") return;
    const now = at(`${part}.now`, "Reshape", [statistic, row]);
    const kept = at(`${part}.kept`, "Mul", [before, scalar(`${part}.momentum`, momentum)]);
    const added = at(`${part}.added`, "Mul", [now, scalar(`${part}.rest`, 1 - momentum)]);
    nodes.push(step("Add", [kept, added], output));
  };
  running("runningMean", mean, inputs[INPUT.mean]!, outputs[1]);
  running("runningVariance", variance, inputs[INPUT.variance]!, outputs[2]);
  return { nodes, initializers };
}

const integer = (attribute: Attribute | undefined) => (attribute?.type === "int" ? attribute.value : undefined);
const number = (attribute: Attribute | undefined) => (attribute?.type === "float" ? attribute.value : undefined);
