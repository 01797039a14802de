import type { Tensor } from "@modelwright/engine";
import { givenParameters, type Parameter, type Parameters } from "@modelwright/models";
import type { Compute } from "../trainer/compute.ts";
import type { FitResult, FitState } from "../trainer/fit.ts";
import { type DefinitionOf, type Outputs, ReadyModel, type ReadyModelParts, readyParts } from "./ready-model.ts";

/** What `trainModel` gives: the weights of the least validation loss where there was a validation, and how training went. */
export class TrainedModel<Out extends Outputs = Outputs> extends ReadyModel<Out> {
  /** How training went. */
  readonly fit: FitResult;

  private constructor(parts: ReadyModelParts<Out>, fit: FitResult) {
    super(parts);
    this.fit = fit;
  }

  static async create<Out extends Outputs>(options: {
    readonly definition: DefinitionOf<Out>;
    readonly parameters: Parameters;
    readonly buffers: ReadonlyMap<string, Tensor<"float32">>;
    readonly fit: FitResult;
    readonly compute: Compute;
  }): Promise<TrainedModel<Out>> {
    const { definition, parameters, buffers, fit, compute } = options;
    const source = givenParameters(new Map<string, Tensor | Parameter>([...parameters, ...buffers]), "parameters");
    return new TrainedModel({ ...(await readyParts(definition, { source, ...compute })), parameters, buffers }, fit);
  }

  /** Training loss and learning rate of each update. */
  get curve(): FitState["curve"] {
    return this.fit.state.curve;
  }

  protected override describe(): Readonly<Record<string, unknown>> {
    const { updates, bestStep, curve } = this.fit.state;
    return { ...super.describe(), training: { steps: updates, bestStep, loss: curve.at(-1)?.loss } };
  }
}
