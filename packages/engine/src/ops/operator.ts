import type { Emitter } from "../graph/emitter.ts";
import type { Graph, Value } from "../graph/graph.ts";
import type { DType, NumericDType } from "../tensor/dtype.ts";
import type { Dimension, Shape } from "../tensor/shape.ts";
import type { AnyTensor, StringTensor, Tensor } from "../tensor/tensor.ts";
import type { Placed, Places } from "./places.ts";

/** The type and default of one attribute of an operator; without a default it is optional. */
export type AttributeSpec =
  | { readonly type: "int"; readonly default?: number }
  | { readonly type: "float"; readonly default?: number }
  | { readonly type: "string"; readonly default?: string }
  | { readonly type: "ints"; readonly default?: readonly number[] }
  | { readonly type: "floats"; readonly default?: readonly number[] }
  | { readonly type: "strings"; readonly default?: readonly string[] }
  | { readonly type: "tensor"; readonly default?: AnyTensor }
  | { readonly type: "graph"; readonly default?: Graph };

export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>;

interface AttributeTypes {
  int: number;
  float: number;
  string: string;
  ints: readonly number[];
  floats: readonly number[];
  strings: readonly string[];
  tensor: AnyTensor;
  graph: Graph;
}

/** The attributes of a node with defaults filled in, typed by the operator's specs. */
export type Attributes<S extends AttributeSpecs> = {
  readonly [K in keyof S]: S[K] extends { readonly default: unknown }
    ? AttributeTypes[S[K]["type"]]
    : AttributeTypes[S[K]["type"]] | undefined;
};

/** What a shape rule sees. */
export interface InferenceContext<S extends AttributeSpecs, I extends Places = Places> {
  /** `opType "node name"`, for messages. */
  readonly where: string;
  /** An optional input left out is `undefined`. */
  readonly inputs: Placed<I, Value>;
  readonly attributes: Attributes<S>;
  /** Number of outputs that the node names. */
  readonly outputCount: number;
  /** The elements of a small integer input when they are known (constants, shapes); symbols stand for sizes. */
  contents(input: number): readonly Dimension[] | undefined;
  /** The tensor of an input that is an initializer of numbers, or made of small ones. */
  constant(input: number): Tensor | undefined;
  /** Throws `ENGINE_SHAPE_MISMATCH` naming the node. */
  fail(rule: string, got: string): never;
}

export interface InferredType {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Elements of a small integer output, when they are known already. */
  readonly contents?: readonly Dimension[] | undefined;
}

/** What a gradient rule sees. */
export interface GradientContext<S extends AttributeSpecs, I extends Places = Places, O extends Places = Places> {
  readonly b: Emitter;
  /** An optional input or output left out is `undefined`. */
  readonly inputs: Placed<I, Value>;
  readonly outputs: Placed<O, Value, Value | undefined>;
  readonly attributes: Attributes<S>;
  /** Gradient of the loss by each output; `undefined` when the loss does not depend on it. */
  readonly dys: readonly (Value | undefined)[];
  /** Gradient by output 0, present whenever only that output can carry one. */
  readonly dy: Value;
  /** True when the gradient by this input is wanted. */
  needs(input: number): boolean;
}

/**
 * The backward rule: the gradient by each input (`undefined`: none), built only of operators that a stock ONNX Runtime runs.
 * A rule may assume static ranks; sizes may be symbols.
 */
export type GradientRule<S extends AttributeSpecs, I extends Places = Places, O extends Places = Places> = (
  context: GradientContext<S, I, O>,
) => readonly (Value | undefined)[];

/** What a decomposition sees. */
export interface DecompositionContext<S extends AttributeSpecs, I extends Places = Places, O extends Places = Places> {
  readonly b: Emitter;
  /** An optional input left out is `undefined`. */
  readonly inputs: Placed<I, Value>;
  /** Types of the outputs; one left out is `undefined`. */
  readonly outputs: Placed<O, Value, Value | undefined>;
  readonly attributes: Attributes<S>;
}

/**
 * The gradient of an operator that stands for several others: those others. `differentiate` puts them in its place, so that what they
 * compute on the way serves the backward pass, where the fused kernel would keep it to itself.
 */
export interface Decomposition<S extends AttributeSpecs, I extends Places = Places, O extends Places = Places> {
  /** Builds the outputs from operators that have gradients; an output left out may be given or not. */
  readonly decompose: (context: DecompositionContext<S, I, O>) => readonly (Value | undefined)[];
}

/**
 * The gradient of an operator whose outputs do not tell what the backward pass needs, such as the gates of an LSTM: a forward pass that
 * records it takes the operator's place.
 */
export interface RecordedGradient<S extends AttributeSpecs, I extends Places = Places, O extends Places = Places> {
  readonly record: (context: DecompositionContext<S, I, O>) => Recording;
  readonly backward: (context: GradientContext<S, I, O>, recorded: readonly Value[]) => readonly (Value | undefined)[];
}

export interface Recording {
  /** One left out may be given or not. */
  readonly outputs: readonly (Value | undefined)[];
  readonly recorded: readonly Value[];
}

/** The stated reason why an operator has no gradient; it goes into the error message. */
export interface NotDifferentiable {
  readonly notDifferentiable: string;
}

/** Numbers in the float64 reference interpreter: every numeric dtype is held in float64, exact for integers up to 2^53. */
export interface ReferenceTensor {
  readonly dtype: NumericDType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Texts in the reference interpreter: as a tensor holds them. */
export type ReferenceStrings = StringTensor;
export type AnyReference = ReferenceTensor | ReferenceStrings;

export interface ReferenceContext<S extends AttributeSpecs> {
  readonly attributes: Attributes<S>;
  readonly outputCount: number;
  /** Every value of a graph that is an attribute of the node; it may read the values around the node. */
  evaluateBody(body: Graph, feeds: Readonly<Record<string, ReferenceTensor>>): ReadonlyMap<string, ReferenceTensor>;
}

/**
 * What an operator does with texts.
 *
 * - `none`: a node that is given texts is refused.
 * - `moved`: its rules are about shapes and equality alone. Where texts are, its reference kernel sees a number for each distinct text, 0 for
 *   the empty one; numbers in an output of texts become texts again.
 * - `made`: as `none`, but its reference kernel may give texts.
 * - `read`: its reference kernel gets and gives the texts themselves.
 */
export type StringUse = "none" | "moved" | "made" | "read";

/**
 * One row of the operator table.
 *
 * `reference` computes in float64 straight from the operator's definition; it is the oracle of the gradient check and of the runtime,
 * so it favours clarity over speed.
 */
export interface Operator<
  S extends AttributeSpecs = AttributeSpecs,
  I extends Places = Places,
  O extends Places = Places,
> extends OperatorRow<S, I, O> {
  readonly domain: string;
  readonly strings: StringUse;
}

interface OperatorRow<S extends AttributeSpecs, I extends Places, O extends Places> {
  /** What a node of this operator reads, by the names of the specification: rules get a tuple with an element for each. */
  readonly inputs: I;
  readonly outputs: O;
  readonly attributes: S;
  infer(context: InferenceContext<S, I>): readonly InferredType[];
  readonly gradient: GradientRule<S, I, O> | Decomposition<S, I, O> | RecordedGradient<S, I, O> | NotDifferentiable;
  reference(inputs: Placed<I, ReferenceTensor>, context: ReferenceContext<S>): readonly ReferenceTensor[];
}

/** The reference kernel of a row that reads texts. */
export interface StringKernel<S extends AttributeSpecs = AttributeSpecs, I extends Places = Places> {
  readonly strings: "read";
  reference(inputs: Placed<I, AnyReference>, context: ReferenceContext<S>): readonly AnyReference[];
}

/** The reference kernel of a row that makes texts of numbers. */
export interface StringMaker<S extends AttributeSpecs = AttributeSpecs, I extends Places = Places> {
  readonly strings: "made";
  reference(inputs: Placed<I, ReferenceTensor>, context: ReferenceContext<S>): readonly AnyReference[];
}

/** Keeps the types of attributes and inputs of a row while it stands in a table of mixed rows. Defaults: domain `""`, strings `none`. */
export function defineOperator<const S extends AttributeSpecs, const I extends Places, const O extends Places>(
  row: OperatorRow<S, I, O> & { readonly domain?: string; readonly strings?: "none" | "moved" },
): Operator;
export function defineOperator<const S extends AttributeSpecs, const I extends Places, const O extends Places>(
  row: Omit<OperatorRow<S, I, O>, "reference"> & StringMaker<S, I> & { readonly domain?: string },
): Operator;
export function defineOperator<const S extends AttributeSpecs, const I extends Places, const O extends Places>(
  row: Omit<OperatorRow<S, I, O>, "reference"> & StringKernel<S, I> & { readonly domain?: string },
): Operator;
export function defineOperator(row: object): Operator {
  return { domain: "", strings: "none", ...row } as Operator;
}

/** True for a row that a gradient passes through. */
export function isDifferentiable({ gradient }: Pick<Operator, "gradient">): boolean {
  return !("notDifferentiable" in gradient);
}

/** Says that an operator has no gradient and why. */
export function notDifferentiable(reason: string): NotDifferentiable {
  return { notDifferentiable: reason };
}
