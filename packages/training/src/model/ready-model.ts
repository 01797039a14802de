import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeModel, type Session, type Tensor, type Value } from "@modelwright/engine";
import {
  buildPrediction,
  INFERENCE,
  type ModelDefinition,
  type ParameterSource,
  type Parameters,
  type TensorSpecs,
  writeSafetensors,
} from "@modelwright/models";
import { writeFileAtomically } from "../checkpoints/atomic-write.ts";
import type { Compute } from "../trainer/compute.ts";
import { LossMeter } from "./loss-meter.ts";
import { checkDataset, checkTensors, type TensorDataset } from "./tensor-dataset.ts";

/** What `forward` gives, by name. */
export type Outputs = Readonly<Record<string, Value>>;

/** A tensor for each output. */
export type TensorsOf<Out extends Outputs> = { readonly [Name in keyof Out]: Tensor };

/** A definition whose outputs are known by name. */
export type DefinitionOf<Out extends Outputs> = ModelDefinition<TensorSpecs, TensorSpecs, Out>;

/** A model and its weights in a session. */
export interface ReadyModelParts<Out extends Outputs> extends Compute {
  readonly definition: DefinitionOf<Out>;
  readonly parameters: Parameters;
  readonly buffers: ReadonlyMap<string, Tensor<"float32">>;
  readonly bytes: Uint8Array;
  readonly session: Session;
}

/** Builds the graph that predicts, with the weights of a source, and opens a session for it. */
export async function readyParts<Out extends Outputs>(
  definition: DefinitionOf<Out>,
  { source, runtime, threads, executionProvider }: Compute & { readonly source: ParameterSource },
): Promise<ReadyModelParts<Out>> {
  const built = buildPrediction(definition, { source, build: INFERENCE });
  const bytes = encodeModel(built.graph);
  const buffers = new Map(Array.from(built.buffers, ([name, { tensor }]) => [name, tensor] as const));
  const session = await runtime.createSession(bytes, { threads, executionProvider });
  return { definition, parameters: built.parameters, buffers, bytes, session, runtime, threads, executionProvider };
}

/** A model with its weights, ready to predict. Release it: the session's memory lies outside the JavaScript heap. */
export class ReadyModel<Out extends Outputs = Outputs> {
  readonly definition: DefinitionOf<Out>;
  readonly parameters: Parameters;
  /** What training left in the model's buffers, running statistics for example, by name. */
  readonly buffers: ReadonlyMap<string, Tensor<"float32">>;
  readonly #parts: ReadyModelParts<Out>;

  constructor(parts: ReadyModelParts<Out>) {
    this.definition = parts.definition;
    this.parameters = parts.parameters;
    this.buffers = parts.buffers;
    this.#parts = parts;
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
    return this.#parts.session.run(checkTensors(inputs, this.definition.inputs, "predict"));
  }

  /** The mean loss over a dataset that has the targets too. */
  async evaluate(dataset: TensorDataset): Promise<number> {
    const { definition } = this;
    const checked = checkDataset(dataset, { ...definition.inputs, ...definition.targets }, "evaluate");
    const meter = await LossMeter.create(definition, Object.fromEntries(this.weights), this.#parts);
    try {
      return await meter.measure(checked);
    } finally {
      meter.release();
    }
  }

  /**
   * Writes the model: `model.onnx` to serve, `model.safetensors` for `loadTrainedModel`, `config.json` that describes both.
   *
   * @param directory Made when it is not there; files of these names are replaced, each as a whole.
   */
  async save(directory: string): Promise<void> {
    const { bytes } = this.#parts;
    await mkdir(directory, { recursive: true });
    await writeFileAtomically(join(directory, "model.onnx"), [bytes]);
    await writeFileAtomically(join(directory, "model.safetensors"), writeSafetensors(this.weights));
    const json = `${JSON.stringify(this.describe(), undefined, 2)}\n`;
    await writeFileAtomically(join(directory, "config.json"), [new TextEncoder().encode(json)]);
  }

  /** What `config.json` holds. */
  protected describe(): Readonly<Record<string, unknown>> {
    const { name, inputs } = this.definition;
    const { outputs } = this.#parts.session;
    return {
      name,
      inputs,
      outputs: Object.fromEntries(outputs.map((output) => [output.name, { dtype: output.dtype, shape: output.shape }])),
      parameters: Object.fromEntries(Array.from(this.weights, ([key, { shape }]) => [key, shape])),
    };
  }

  /** Frees the session; `predict` must not be called afterwards. */
  release(): void {
    this.#parts.session.release();
  }
}
