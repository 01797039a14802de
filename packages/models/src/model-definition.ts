import type { DType, Shape, Value } from "@modelwright/engine";
import { type BuiltModel, buildModel } from "./architectures/built-model.ts";
import type { BuildOptions, LayerContext } from "./layers/layer-context.ts";
import type { ParameterSource } from "./parameters/parameter-source.ts";

/** A tensor of which the first dimension counts rows; sizes that are known only when the graph runs have names: `["batch", 3]`. */
export interface TensorSpec {
  readonly dtype: DType;
  readonly shape: Shape;
}

export type TensorSpecs = Readonly<Record<string, TensorSpec>>;

/** A value of the graph for each declared tensor. */
export type ValuesOf<Specs extends TensorSpecs> = { readonly [Name in keyof Specs]: Value };

/** A model that can be trained and served: what it reads, what it gives, and what is to become small. */
export interface ModelDefinition<
  Inputs extends TensorSpecs = TensorSpecs,
  Targets extends TensorSpecs = TensorSpecs,
  Outputs extends Readonly<Record<string, Value>> = Readonly<Record<string, Value>>,
> {
  readonly name: string;
  /** What a prediction needs. */
  readonly inputs: Inputs;
  /** What only the loss needs. */
  readonly targets?: Targets;
  /** Builds the layers: a plain function of the graph, called once for each build. */
  forward(c: LayerContext, inputs: ValuesOf<Inputs>): Outputs;
  /**
   * Scalar float32, the mean over the rows of the batch; or parts with places of their own, such as masked words and next sentences. The
   * loss is the sum of the parts' means, each over all places of an update however they fall into batches.
   */
  loss(c: LayerContext, values: LossValues<Inputs, Targets, Outputs>): Value | LossParts;
  /** Further scalars float32, each a sum over the batch, which evaluation adds up: how many answers are right. Default: none. */
  sums?(c: LayerContext, values: LossValues<Inputs, Targets, Outputs>): Readonly<Record<string, Value>>;
}

/** What a loss is computed from. */
export interface LossValues<
  Inputs extends TensorSpecs,
  Targets extends TensorSpecs,
  Outputs extends Readonly<Record<string, Value>>,
> {
  readonly inputs: ValuesOf<Inputs>;
  readonly outputs: Outputs;
  readonly targets: ValuesOf<Targets>;
}

/** Scalar float32 by part: the sum over its places in the batch. How many these are, the data says: `BatchSource.weight`. */
export type LossParts = Readonly<Record<string, Value>>;

/** A definition whose outputs have these names. */
export type ModelOf<OutputName extends string> = ModelDefinition<
  TensorSpecs,
  TensorSpecs,
  Readonly<Record<OutputName, Value>>
>;

/**
 * Gives a definition its types: `forward` and `loss` know the declared names.
 *
 * @example
 * const line = defineModel({
 *   name: "line",
 *   inputs: { x: { dtype: "float32", shape: ["batch", 1] } },
 *   targets: { y: { dtype: "float32", shape: ["batch", 1] } },
 *   forward: (c, { x }) => ({ predicted: dense(c, x, { name: "line", width: 1 }) }),
 *   loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.predicted, targets: targets.y }),
 * });
 */
export function defineModel<
  const Inputs extends TensorSpecs,
  const Targets extends TensorSpecs,
  Outputs extends Readonly<Record<string, Value>>,
>(definition: ModelDefinition<Inputs, Targets, Outputs>): ModelDefinition<Inputs, Targets, Outputs> {
  return definition;
}

/** Name of the loss among the outputs of `buildLoss`. */
export const LOSS_OUTPUT = "training.loss";

/** Name of the input of `buildLoss` by which the loss is multiplied, float32 scalar; that of a part has `.<part>` behind it. */
export const LOSS_SCALE_INPUT = "training.loss_scale";

export interface BuildDefinitionOptions {
  readonly source: ParameterSource;
  readonly build: BuildOptions;
}

/** The graph that predicts: the definition's inputs to the outputs of `forward`. */
export function buildPrediction(definition: ModelDefinition, { source, build }: BuildDefinitionOptions): BuiltModel {
  return buildModel({
    name: definition.name,
    source,
    build,
    body: (c) => {
      const inputs = declare(c, definition.inputs);
      return { inputs: Object.values(inputs), outputs: definition.forward(c, inputs) };
    },
  });
}

/** One part of a loss, as a graph has it. */
export interface BuiltLossPart {
  /** `loss` where the loss has no parts. */
  readonly name: string;
  /** The mean over the batch's rows where the loss has no parts, otherwise the sum over the part's places. */
  readonly reduction: "mean" | "sum";
  /** Name of the scale input, or in `buildEvaluation` of the output. */
  readonly tensor: string;
}

/** The graph of a definition's loss. */
export interface BuiltLoss extends BuiltModel {
  readonly parts: readonly BuiltLossPart[];
}

/**
 * The graph that is differentiated: inputs and targets to one output, `training.loss` = `training.loss_scale` · loss, or the sum of
 * `training.loss_scale.<part>` · part.
 *
 * Fed the batch's share of all rows of an update as scale, or 1 / all places of a part, losses and gradients of accumulated batches add
 * up to the exact mean, whatever the size of each.
 */
export function buildLoss(definition: ModelDefinition, { source, build }: BuildDefinitionOptions): BuiltLoss {
  let parts: readonly BuiltLossPart[] = [];
  const built = buildModel({
    name: definition.name,
    source,
    build,
    body: (c) => {
      const values = buildForward(c, definition);
      const losses = buildParts(c, definition, values);
      const scales = losses.map(({ suffix }) => c.b.input(`${LOSS_SCALE_INPUT}${suffix}`, "float32", []));
      parts = losses.map(({ name, reduction }, i) => ({ name, reduction, tensor: scales[i]!.name }));
      const scaled = losses.map(({ value }, i) => c.b.op("Mul", [value, scales[i]!]));
      return {
        inputs: [...Object.values(values.inputs), ...Object.values(values.targets), ...scales],
        outputs: { [LOSS_OUTPUT]: scaled.reduce((sum, loss) => c.b.op("Add", [sum, loss])) },
      };
    },
  });
  return { ...built, parts };
}

/** The graph by which a definition is evaluated. */
export interface BuiltEvaluation extends BuiltLoss {
  /** Names of the outputs that hold the definition's `sums`, by the name of each. */
  readonly sums: Readonly<Record<string, string>>;
}

/**
 * The graph that evaluates: inputs and targets to each part of the loss, not scaled, the definition's `sums` and those outputs of `forward`
 * that are asked for.
 */
export function buildEvaluation(
  definition: ModelDefinition,
  { source, build, outputs: asked }: BuildDefinitionOptions & { readonly outputs: readonly string[] },
): BuiltEvaluation {
  let parts: readonly BuiltLossPart[] = [];
  let names: readonly string[] = [];
  const built = buildModel({
    name: definition.name,
    source,
    build,
    body: (c) => {
      const values = buildForward(c, definition);
      const losses = buildParts(c, definition, values);
      const sums = c.scope("sums", () => definition.sums?.(c, values)) ?? {};
      parts = losses.map(({ name, reduction, suffix }) => ({ name, reduction, tensor: `${LOSS_OUTPUT}${suffix}` }));
      names = Object.keys(sums);
      return {
        inputs: [...Object.values(values.inputs), ...Object.values(values.targets)],
        outputs: {
          ...Object.fromEntries(losses.map(({ suffix, value }) => [`${LOSS_OUTPUT}${suffix}`, value])),
          ...Object.fromEntries(Object.entries(sums).map(([name, value]) => [sumOutput(name), value])),
          ...Object.fromEntries(asked.map((name) => [name, values.outputs[name]!])),
        },
      };
    },
  });
  return { ...built, parts, sums: Object.fromEntries(names.map((name) => [name, sumOutput(name)])) };
}

const sumOutput = (name: string) => `training.sum.${name}`;

function buildForward(
  c: LayerContext,
  definition: ModelDefinition,
): LossValues<TensorSpecs, TensorSpecs, Readonly<Record<string, Value>>> {
  const inputs = declare(c, definition.inputs);
  const targets = declare(c, definition.targets ?? {});
  return { inputs, targets, outputs: definition.forward(c, inputs) };
}

/** The loss part by part; what has none is one part without a suffix to its names. */
function buildParts(
  c: LayerContext,
  definition: ModelDefinition,
  values: LossValues<TensorSpecs, TensorSpecs, Readonly<Record<string, Value>>>,
): readonly {
  readonly name: string;
  readonly reduction: "mean" | "sum";
  readonly suffix: string;
  readonly value: Value;
}[] {
  const loss = c.scope("loss", () => definition.loss(c, values));
  if (isValue(loss)) return [{ name: "loss", reduction: "mean", suffix: "", value: loss }];
  return Object.entries(loss).map(([name, value]) => ({ name, reduction: "sum", suffix: `.${name}`, value }));
}

function isValue(loss: Value | LossParts): loss is Value {
  return typeof loss.name === "string";
}

function declare(c: LayerContext, specs: TensorSpecs): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { dtype, shape }]) => [name, c.b.input(name, dtype, shape)]),
  );
}
