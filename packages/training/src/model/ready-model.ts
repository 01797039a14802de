import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeModel, type Session, type Tensor } from "@modelwright/engine";
import {
  type BuiltModel,
  buildPrediction,
  givenParameters,
  INFERENCE,
  type Parameters,
  writeSafetensors,
} from "@modelwright/models";
import { writeFileAtomically } from "../checkpoints/atomic-write.ts";
import { Evaluator } from "../evaluator/evaluator.ts";
import { type Evaluation, MEAN_LOSS, ModelEvaluator } from "../evaluator/model-evaluator.ts";
import type { Compute } from "../trainer/compute.ts";
import type { Validation } from "../trainer/fit-state.ts";
import type { DefinitionOf, Outputs, TensorsOf } from "./outputs.ts";
import { checkDataset, checkTensors, type TensorDataset } from "./tensor-dataset.ts";

/** A model and its weights. */
export interface ReadyModelParts<Out extends Outputs> {
  readonly definition: DefinitionOf<Out>;
  readonly parameters: Parameters;
  readonly buffers: ReadonlyMap<string, Tensor<"float32">>;
  readonly compute: Compute;
}

/** A model with its weights, ready to predict. Release it: the session's memory lies outside the JavaScript heap. */
export class ReadyModel<Out extends Outputs = Outputs> {
  readonly definition: DefinitionOf<Out>;
  readonly parameters: Parameters;
  /** What training left in the model's buffers, running statistics for example, by name. */
  readonly buffers: ReadonlyMap<string, Tensor<"float32">>;
  /** The graph that is served: it holds its weights. */
  readonly prediction: BuiltModel;
  readonly #compute: Compute;
  #session: Promise<Session> | undefined;

  /** @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` when weights are missing or of another shape. */
  constructor({ definition, parameters, buffers, compute }: ReadyModelParts<Out>, file = "parameters") {
    this.definition = definition;
    this.parameters = parameters;
    this.buffers = buffers;
    this.prediction = buildPrediction(definition, { source: givenParameters(this.weights, file), build: INFERENCE });
    this.#compute = compute;
  }

  /** Parameters and buffers by name: what `save` writes, and what `trainModel` goes on from as its `parameters`. */
  get weights(): ReadonlyMap<string, Tensor<"float32">> {
    const parameters = Array.from(this.parameters, ([name, { tensor }]) => [name, tensor] as const);
    return new Map([...parameters, ...this.buffers]);
  }

  /**
   * Runs the model as it is served: no targets, no dropout.
   *
   * @returns Each output of `forward` by its name.
   * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for inputs that are not as declared.
   */
  predict(inputs: Readonly<Record<string, Tensor>>): Promise<TensorsOf<Out>>;
  async predict(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    const session = await this.#open();
    return session.run(checkTensors(inputs, this.definition.inputs, "predict"));
  }

  /**
   * Runs the model over a whole dataset, in batches; it needs no targets.
   *
   * @returns The named outputs, a row for each row of the dataset.
   * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for inputs that are not as declared.
   */
  async outputs<Name extends keyof Out & string>(
    dataset: TensorDataset,
    names: readonly Name[],
  ): Promise<Readonly<Record<Name, Tensor>>> {
    const evaluator = await Evaluator.create(this.prediction.graph, {}, this.#compute);
    try {
      const { rows } = await evaluator.fetch(evaluator.check(dataset, "outputs"), { rows: names });
      return rows as Record<Name, Tensor>;
    } finally {
      evaluator.release();
    }
  }

  /** The mean loss over a dataset that has the targets too. */
  async evaluate(dataset: TensorDataset): Promise<number> {
    return (await this.measure(dataset, MEAN_LOSS)).loss;
  }

  /** What an evaluation makes of a dataset that has the targets too. */
  async measure(dataset: TensorDataset, evaluation: Evaluation<keyof Out & string>): Promise<Validation> {
    const { definition } = this;
    const checked = checkDataset(dataset, { ...definition.inputs, ...definition.targets }, "evaluate");
    const weights = Object.fromEntries(this.weights);
    const [compute, isLive] = [this.#compute, () => true];
    const evaluator = await ModelEvaluator.create(definition, { weights, isLive, evaluation, compute });
    try {
      return await evaluator.measure(checked);
    } finally {
      evaluator.release();
    }
  }

  /**
   * Writes the model: `model.onnx` to serve, `model.safetensors` for `loadTrainedModel`, `config.json` that describes both.
   *
   * @param directory Made when it is not there; files of these names are replaced, each as a whole.
   */
  async save(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    await writeFileAtomically(join(directory, "model.onnx"), [encodeModel(this.prediction.graph)]);
    await writeFileAtomically(join(directory, "model.safetensors"), writeSafetensors(this.weights));
    const json = `${JSON.stringify(this.describe(), undefined, 2)}\n`;
    await writeFileAtomically(join(directory, "config.json"), [new TextEncoder().encode(json)]);
  }

  /** What `config.json` holds. */
  protected describe(): Readonly<Record<string, unknown>> {
    const { name, inputs } = this.definition;
    const { outputs } = this.prediction.graph;
    return {
      name,
      inputs,
      outputs: Object.fromEntries(outputs.map((output) => [output.name, { dtype: output.dtype, shape: output.shape }])),
      parameters: Object.fromEntries(Array.from(this.weights, ([key, { shape }]) => [key, shape])),
    };
  }

  /** Frees the session; `predict` must not be called afterwards. */
  release(): void {
    void this.#session?.then((session) => session.release());
  }

  #open(): Promise<Session> {
    const { runtime, threads, executionProvider } = this.#compute;
    this.#session ??= runtime.createSession(encodeModel(this.prediction.graph), { threads, executionProvider });
    return this.#session;
  }
}
