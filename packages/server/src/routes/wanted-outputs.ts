import { type InferRequest, ModelwrightError, showHttpValue } from "@modelwright/contracts";

/** Names of the outputs to answer with: those asked for, in their order, otherwise all. */
export function wantedOutputs({ outputs }: InferRequest, known: readonly string[]): readonly string[] {
  if (outputs === undefined || outputs.length === 0) return known;
  return outputs.map(({ name }, i) => {
    if (!known.includes(name)) fail(`outputs[${i}].name`, `must be one of ${known.join(", ")}`, showHttpValue(name));
    if (outputs.findIndex((output) => output.name === name) !== i) {
      fail(`outputs[${i}].name`, "must be named once", showHttpValue(name));
    }
    return name;
  });
}

function fail(path: string, rule: string, got: string): never {
  throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule, got });
}
