import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { AnyTensor } from "../tensor/tensor.ts";

/** Name, element type and (symbolic) shape of a value in a graph. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A node attribute with the ONNX attribute type that it is written as. */
export type Attribute =
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "tensor"; readonly value: AnyTensor }
  | { readonly type: "ints"; readonly value: readonly number[] }
  | { readonly type: "floats"; readonly value: readonly number[] }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "graph"; readonly value: Graph };

/** One operator application. An empty name in `inputs` or `outputs` is an optional one left out, as in ONNX. */
export interface Node {
  readonly name: string;
  readonly opType: string;
  /** `""` is ai.onnx. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The module of the model that an exporter says it comes from, `/encoder/layer.0/dense/linear`, where the file says so apart from its name. */
  readonly scope?: string;
}

/**
 * An immutable ONNX graph. Nodes stand in topological order; every value name is written once.
 *
 * `values` holds the type of each value that is known; for a graph from a `GraphBuilder` that is every one.
 */
export interface Graph {
  readonly name: string;
  /** Opset version by domain; `""` is ai.onnx. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<string, AnyTensor>;
  readonly nodes: readonly Node[];
  readonly values: ReadonlyMap<string, Value>;
}

/** The opset our graphs are written in: the first with Gelu as an operator of its own. */
export const OPSET = 20;
export const MICROSOFT_DOMAIN = "com.microsoft";
export const ML_DOMAIN = "ai.onnx.ml";
