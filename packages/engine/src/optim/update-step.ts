import type { TensorLayout } from "../tensor/tensor-layout.ts";

/** Part of an optimiser's state: a checkpoint stores it. */
export interface OptimizerSlot {
  readonly data: Float32Array;
  readonly layout: TensorLayout;
}

/** What one update is made with. */
export interface UpdateFacts {
  /** By parameter group. */
  readonly learningRates: Readonly<Record<string, number>>;
  /** Factor on every gradient, clipping included. */
  readonly gradientScale: number;
  /** 1-based number of this update. */
  readonly step: number;
}

/** The arithmetic of an optimiser on the weights of an arena. */
export interface UpdateStep {
  readonly slots: ReadonlyMap<string, OptimizerSlot>;
  /** Updates every weight and slot in place. */
  run(facts: UpdateFacts): Promise<void>;
}

/** @throws {Error} for a group without a learning rate. */
export function learningRateOf({ learningRates }: UpdateFacts, { group }: { readonly group: string }): number {
  const learningRate = learningRates[group];
  if (learningRate === undefined) throw new Error(`no learning rate for the parameter group "${group}"`);
  return learningRate;
}
