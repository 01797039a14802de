import { type InferRequest, showHttpValue } from "@modelwright/contracts";
import { refuse } from "./request-error.ts";

/** An output to answer with, and how. */
export interface WantedOutput {
  readonly name: string;
  /** As bytes behind the JSON. */
  readonly binary: boolean;
  /** So many of the largest values, named, in place of all. Default: all. */
  readonly classes?: number | undefined;
}

/**
 * The outputs to answer with: those asked for, in their order, otherwise all.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function wantedOutputs(
  { outputs, parameters }: Pick<InferRequest, "outputs" | "parameters">,
  known: readonly string[],
): WantedOutput[] {
  const byDefault = parameters?.binary_data_output ?? false;
  if (!outputs?.length) return known.map((name) => ({ name, binary: byDefault }));
  return outputs.map(({ name, parameters: own }, i) => {
    const path = `outputs[${i}].name`;
    if (!known.includes(name)) refuse(path, `must be one of ${known.join(", ")}`, showHttpValue(name));
    if (outputs.findIndex((output) => output.name === name) !== i)
      refuse(path, "must be named once", showHttpValue(name));
    const region = own?.["shared_memory_region"];
    if (region !== undefined && region !== null) {
      refuse(`outputs[${i}].parameters.shared_memory_region`, "is not known here", showHttpValue(region));
    }
    return { name, binary: own?.binary_data ?? byDefault, classes: own?.classification ?? undefined };
  });
}
