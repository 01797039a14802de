import { ModelwrightError } from "@modelwright/contracts";
import { type AnyTensor, type Attribute, type Graph, type Node, tensorFrom } from "@modelwright/engine";
import type { Draft } from "./draft.ts";
import { mapGraph } from "./map-graph.ts";

/** The opset whose form the nodes get, from which the engine goes on. */
const TARGET = 13;
/** Before, constants and types were written in other ways. */
const OLDEST = 9;

interface Writing {
  readonly graph: Graph;
  readonly ints: (values: readonly number[]) => string;
  readonly float: (value: number) => string;
}

/** How an operator was written before; undefined: it meant something else than what it can be written as now. */
interface OldForm {
  /** The first opset of the present form. */
  readonly since: number;
  readonly write: (node: Node, writing: Writing) => Node | undefined;
}

/** Operators with the attributes that are inputs now, by place. */
const asInputs =
  (...names: readonly string[]): OldForm["write"] =>
  (node, { ints, float }) => {
    const attributes: Record<string, Attribute> = { ...node.attributes };
    const inputs = names.map((name) => {
      const attribute = attributes[name];
      delete attributes[name];
      if (attribute?.type === "ints") return ints(attribute.value);
      if (attribute?.type === "int") return ints([attribute.value]);
      return attribute?.type === "float" ? float(attribute.value) : "";
    });
    const last = inputs.findLastIndex((name) => name !== "");
    return { ...node, attributes, inputs: [node.inputs[0]!, ...inputs.slice(0, last + 1)] };
  };

/** What stood behind the axis was one axis; of the last axis that is the same. */
const ofLastAxis: OldForm["write"] = (node, { graph }) => {
  const { axis } = node.attributes;
  const given = axis?.type === "int" ? axis.value : 1;
  const rank = graph.values.get(node.inputs[0]!)?.shape.length ?? graph.values.get(node.outputs[0]!)?.shape.length;
  const isLast = given === -1 || given === (rank ?? 0) - 1;
  return isLast ? { ...node, attributes: { ...node.attributes, axis: { type: "int", value: -1 } } } : undefined;
};

const unknown: OldForm["write"] = () => undefined;

const OLD_FORMS: Readonly<Record<string, OldForm>> = {
  Clip: { since: 11, write: asInputs("min", "max") },
  Dropout: {
    since: 12,
    write: ({ attributes: _, ...node }) => ({
      ...node,
      opType: "Identity",
      outputs: node.outputs.slice(0, 1),
      attributes: {},
    }),
  },
  Hardmax: { since: 13, write: ofLastAxis },
  LogSoftmax: { since: 13, write: ofLastAxis },
  Pad: { since: 11, write: asInputs("pads", "value") },
  ReduceSum: { since: 13, write: asInputs("axes") },
  Resize: { since: 11, write: unknown },
  Scatter: { since: 99, write: (node) => ({ ...node, opType: "ScatterElements" }) },
  Slice: { since: 10, write: asInputs("starts", "ends", "axes") },
  Softmax: { since: 13, write: ofLastAxis },
  Split: { since: 13, write: asInputs("split") },
  Squeeze: { since: 13, write: asInputs("axes") },
  TopK: { since: 10, write: asInputs("k") },
  Unsqueeze: { since: 13, write: asInputs("axes") },
  Upsample: { since: 99, write: unknown },
};

/**
 * Writes the nodes of a draft of opset 9 to 12 as opset 13 does; one of a later opset as it is.
 *
 * @throws {ModelwrightError} `MODEL_GRAPH_UNFIT` for an opset before, and naming the operator for a node that meant something that it cannot
 * be written as now.
 * @see https://onnx.ai/onnx/operators, the versions of each operator.
 */
export function oldOpset(draft: Draft): Draft {
  const { graph } = draft;
  const opset = graph.opsets[""] ?? 0;
  if (opset >= TARGET) return draft;
  const unfit = (rule: string, got: string): never => {
    const instead = `Export the model anew with opset 17, or convert it in Python: onnx.version_converter.convert_version(onnx.load("model.onnx"), 17).`;
    throw new ModelwrightError("MODEL_GRAPH_UNFIT", { graph: graph.name, rule, got, instead });
  };
  if (opset < OLDEST) return unfit(`opsets from ${OLDEST} on can be read`, `opset ${opset}`);
  const initializers = new Map<string, AnyTensor>(graph.initializers);
  const writing: Writing = {
    graph,
    ints: (values) => keep(initializers, `ints.${values.join(".")}`, tensorFrom("int64", [values.length], values)),
    float: (value) => keep(initializers, `float.${value}`, tensorFrom("float32", [], [value])),
  };
  const written = (node: Node): Node => {
    const form = node.domain === "" && Object.hasOwn(OLD_FORMS, node.opType) ? OLD_FORMS[node.opType] : undefined;
    if (form === undefined || opset >= form.since) return node;
    const rule = `${node.opType} of opset ${opset} can be written as opset ${TARGET} does`;
    return form.write(node, writing) ?? unfit(rule, `node "${node.name}", which cannot`);
  };
  const { nodes } = mapGraph(graph, { node: written });
  return { ...draft, graph: { ...graph, opsets: { ...graph.opsets, "": TARGET }, initializers, nodes } };
}

function keep(initializers: Map<string, AnyTensor>, name: string, tensor: AnyTensor): string {
  initializers.set(name, tensor);
  return name;
}
