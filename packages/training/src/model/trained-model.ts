import type { Parameters } from "@modelwright/models";
import type { FitResult } from "../trainer/fit.ts";
import type { FitState } from "../trainer/fit-state.ts";
import type { Outputs } from "./outputs.ts";
import { ReadyModel, type ReadyModelParts } from "./ready-model.ts";

/** What `trainModel` gives: the weights of the least validation loss where there was a validation, and how training went. */
export class TrainedModel<Out extends Outputs = Outputs> extends ReadyModel<Out> {
  /** How training went. */
  readonly fit: FitResult;
  /** The matrices of the adapters, whose products the weights contain; empty where there were none. */
  readonly adapters: Parameters;

  constructor(
    parts: ReadyModelParts<Out>,
    { fit, adapters }: { readonly fit: FitResult; readonly adapters: Parameters },
  ) {
    super(parts);
    this.fit = fit;
    this.adapters = adapters;
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
