import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeModel, type Runtime, type Session, type Tensor } from "@modelwright/engine";
import {
  buildPrediction,
  givenParameters,
  INFERENCE,
  type ModelDefinition,
  type Parameter,
  type Parameters,
  writeSafetensors,
} from "@modelwright/models";
import { writeFileAtomically } from "../checkpoints/atomic-write.ts";
import type { FitResult, FitState } from "../trainer/fit.ts";
import { LossMeter } from "./loss-meter.ts";
import { checkDataset, checkTensors, type TensorDataset } from "./tensor-dataset.ts";

/** A model with its trained weights. Release it: the session's memory lies outside the JavaScript heap. */
export class TrainedModel {
  readonly definition: ModelDefinition;
  /** The trained weights, those of the least validation loss where there was a validation. */
  readonly parameters: Parameters;
  /** What training left in the model's buffers, running statistics for example, by name. */
  readonly buffers: ReadonlyMap<string, Tensor<"float32">>;
  /** How training went. */
  readonly fit: FitResult;
  readonly #bytes: Uint8Array;
  readonly #session: Session;
  readonly #runtime: Runtime;
  readonly #threads: number;

  private constructor(fields: {
    definition: ModelDefinition;
    parameters: Parameters;
    buffers: ReadonlyMap<string, Tensor<"float32">>;
    fit: FitResult;
    bytes: Uint8Array;
    session: Session;
    runtime: Runtime;
    threads: number;
  }) {
    this.definition = fields.definition;
    this.parameters = fields.parameters;
    this.buffers = fields.buffers;
    this.fit = fields.fit;
    this.#bytes = fields.bytes;
    this.#session = fields.session;
    this.#runtime = fields.runtime;
    this.#threads = fields.threads;
  }

  static async create(options: {
    readonly definition: ModelDefinition;
    readonly parameters: Parameters;
    readonly buffers: ReadonlyMap<string, Tensor<"float32">>;
    readonly fit: FitResult;
    readonly runtime: Runtime;
    readonly threads: number;
  }): Promise<TrainedModel> {
    const { definition, parameters, buffers, runtime, threads } = options;
    const source = givenParameters(new Map<string, Tensor | Parameter>([...parameters, ...buffers]), "parameters");
    const bytes = encodeModel(buildPrediction(definition, { source, build: INFERENCE }).graph);
    const session = await runtime.createSession(bytes, { threads });
    return new TrainedModel({ ...options, bytes, session });
  }

  /** Training loss and learning rate of each update. */
  get curve(): FitState["curve"] {
    return this.fit.state.curve;
  }

  /**
   * Runs the model as it is served: no targets, no dropout.
   *
   * @returns Each output of `forward` by its name.
   * @throws {ModelwrightError} `TRAINING_TENSOR_MISMATCH` for inputs that are not as declared.
   */
  async predict(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    return this.#session.run(checkTensors(inputs, this.definition.inputs, "predict"));
  }

  /** The mean loss over a dataset that has the targets too. */
  async evaluate(dataset: TensorDataset): Promise<number> {
    const { definition } = this;
    const checked = checkDataset(dataset, { ...definition.inputs, ...definition.targets }, "evaluate");
    const meter = await LossMeter.create(definition, Object.fromEntries(this.#tensors()), {
      runtime: this.#runtime,
      threads: this.#threads,
    });
    try {
      return await meter.measure(checked);
    } finally {
      meter.release();
    }
  }

  /**
   * Writes the model: `model.onnx` to serve, `model.safetensors` to go on from, `config.json` that describes both.
   *
   * @param directory Made when it is not there; files of these names are replaced, each as a whole.
   */
  async save(directory: string): Promise<void> {
    const { definition, fit } = this;
    const session = this.#session;
    const description = {
      name: definition.name,
      inputs: definition.inputs,
      outputs: Object.fromEntries(session.outputs.map(({ name, dtype, shape }) => [name, { dtype, shape }])),
      parameters: Object.fromEntries(Array.from(this.#tensors(), ([name, { shape }]) => [name, shape])),
      training: { steps: fit.state.updates, bestStep: fit.state.bestStep, loss: fit.state.curve.at(-1)?.loss },
    };
    await mkdir(directory, { recursive: true });
    await writeFileAtomically(join(directory, "model.onnx"), [this.#bytes]);
    await writeFileAtomically(join(directory, "model.safetensors"), writeSafetensors(this.#tensors()));
    const json = `${JSON.stringify(description, undefined, 2)}\n`;
    await writeFileAtomically(join(directory, "config.json"), [new TextEncoder().encode(json)]);
  }

  /** Weights and buffers by name. */
  #tensors(): Map<string, Tensor<"float32">> {
    const weights = Array.from(this.parameters, ([name, { tensor }]) => [name, tensor] as const);
    return new Map([...weights, ...this.buffers]);
  }

  /** Frees the session; `predict` must not be called afterwards. */
  release(): void {
    this.#session.release();
  }
}
