import type { DType } from "../tensor/dtype.ts";
import type { Dimension, Shape } from "../tensor/shape.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import type { Graph, Node, Value } from "./graph.ts";

/** Attribute values as a caller writes them; the operator table knows their ONNX types. */
export type PlainAttributes = Readonly<
  Record<string, number | string | readonly number[] | readonly string[] | AnyTensor | Graph | undefined>
>;

/**
 * What adds nodes and constants to a graph: all that gradient rules, decompositions and layers see of the builder.
 *
 * Names are made from the scope and the operator, so that the same program gives the same graph.
 */
export interface Emitter {
  /**
   * Adds a node with one output and returns that output.
   *
   * @param inputs `undefined` leaves an optional input out.
   * @throws {ModelwrightError} `ENGINE_OPERATOR_UNKNOWN`, `ENGINE_NODE_INVALID`, `ENGINE_SHAPE_MISMATCH` naming the node.
   */
  op(opType: string, inputs: readonly (Value | undefined)[], attributes?: PlainAttributes, name?: string): Value;
  /**
   * Adds a node with several outputs.
   *
   * @param outputs How many, or for each whether it is wanted; the value of one left out has no name.
   */
  multi(
    opType: string,
    inputs: readonly (Value | undefined)[],
    outputs: number | readonly boolean[],
    attributes?: PlainAttributes,
    name?: string,
  ): readonly Value[];
  /**
   * Adds a finished node (from another graph) after checking and typing it.
   *
   * @throws {ModelwrightError} `ENGINE_OPERATOR_UNKNOWN`, `ENGINE_NODE_INVALID`, `ENGINE_SHAPE_MISMATCH` naming the node.
   */
  addNode(node: Node): readonly Value[];
  /** An unnamed small constant; equal ones are stored once. */
  constant(dtype: DType, shape: readonly number[], values: readonly number[]): Value;
  /** A scalar constant. Default dtype: float32. */
  scalar(value: number, dtype?: DType): Value;
  /** An int64 vector: axes, shapes, pads. */
  ints(values: readonly number[]): Value;
  /** A constant of texts. Default shape: a vector of them. */
  strings(values: readonly string[], shape?: readonly number[]): Value;
  /** A named constant: a weight of an inference graph. Its data is not copied. */
  initializer(name: string, value: AnyTensor): Value;
  /** The value of this name, here or around. */
  value(name: string): Value;
  /** Whether this graph has a value of this name. */
  has(name: string): boolean;
  /** Elements of a small integer value, when they are known before the graph runs. */
  contents(value: Value): readonly Dimension[] | undefined;
  /**
   * The numbers behind a value that is an initializer of this graph, or that its nodes make of small ones.
   */
  tensorOf(value: Value): Tensor | undefined;
  /** Runs `body` with `name.` in front of every name made inside. */
  scope<T>(name: string, body: () => T): T;
  /** `name` behind the current scope: the full name of a parameter. */
  scoped(name: string): string;
  /** What makes a graph inside a node of this one, such as the body of a Scan. Names that it makes begin with its own unused name. */
  inner(name: string): GraphEmitter;
}

/** An emitter that also says what the graph reads and gives. */
export interface GraphEmitter extends Emitter {
  /** A value that the caller feeds at every run. */
  input(name: string, dtype: DType, shape: Shape): Value;
  /** Marks a value as an output, under its own name or, through an Identity node, under another. */
  output(value: Value, name?: string): Value;
  build(): Graph;
}
