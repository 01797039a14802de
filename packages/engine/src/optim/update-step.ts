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
  /** Updates before the first one of a group, where it is not the first of all. */
  readonly starts: Readonly<Record<string, number>>;
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

/** The 1-based number of this update among those of a group; below 1 where the group's have not begun. */
export function stepOf({ step, starts }: UpdateFacts, { group }: { readonly group: string }): number {
  return step - (starts[group] ?? 0);
}
