import { type Batch, type BatchPlanOptions, planBatches } from "@modelwright/data";

/** The batches of an epoch as `planBatches` cuts them; asked for the same epoch again, the same array. */
export function epochPlan(options: Omit<BatchPlanOptions, "epoch">): (epoch: number) => readonly Batch[] {
  let known: { readonly epoch: number; readonly batches: readonly Batch[] } | undefined;
  return (epoch) => {
    if (known?.epoch !== epoch) known = { epoch, batches: planBatches({ ...options, epoch }) };
    return known.batches;
  };
}
