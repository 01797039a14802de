import { countParameters, isAdapterParameter, type Parameters } from "@modelwright/models";
import type { FitContext } from "./task.ts";

/** Tells a run which model is trained, and how much of it. Matrices of adapters count as trained, and not as the model's. */
export function tellModel({ onModel }: Pick<FitContext, "onModel">, base: string) {
  return (all: Parameters, trained: Parameters): void => {
    const plain = new Map([...all].filter(([name]) => !isAdapterParameter(name)));
    onModel({ base, parameters: countParameters(plain), trained: countParameters(trained) });
  };
}
