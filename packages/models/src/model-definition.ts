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
  /** Scalar float32: the mean over the rows of the batch. */
  loss(
    c: LayerContext,
    values: { readonly inputs: ValuesOf<Inputs>; readonly outputs: Outputs; readonly targets: ValuesOf<Targets> },
  ): Value;
}

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

/** Name of the input of `buildLoss` by which the loss is multiplied: float32 scalar. */
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

/**
 * The graph that is differentiated: inputs and targets to one output, `training.loss` = `training.loss_scale` · loss.
 *
 * Fed the batch's share of all rows of an update as scale, losses and gradients of accumulated batches add up to the exact mean,
 * whatever the size of each.
 */
export function buildLoss(definition: ModelDefinition, { source, build }: BuildDefinitionOptions): BuiltModel {
  return buildModel({
    name: definition.name,
    source,
    build,
    body: (c) => {
      const inputs = declare(c, definition.inputs);
      const targets = declare(c, definition.targets ?? {});
      const scale = c.b.input(LOSS_SCALE_INPUT, "float32", []);
      const outputs = definition.forward(c, inputs);
      const loss = c.scope("loss", () => definition.loss(c, { inputs, outputs, targets }));
      return {
        inputs: [...Object.values(inputs), ...Object.values(targets), scale],
        outputs: { [LOSS_OUTPUT]: c.b.op("Mul", [loss, scale]) },
      };
    },
  });
}

function declare(c: LayerContext, specs: TensorSpecs): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { dtype, shape }]) => [name, c.b.input(name, dtype, shape)]),
  );
}
