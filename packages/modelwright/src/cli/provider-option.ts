import { choices, ModelwrightError } from "@modelwright/contracts";
import { EXECUTION_PROVIDER_CHOICES, type ExecutionProviderChoice } from "@modelwright/engine";

/** Flags and description of the option that `serve` and `predict` share. */
export const PROVIDER_OPTION = [
  "--execution-provider <name>",
  "where the model runs: cpu, webgpu, cuda or auto (default: cpu)",
] as const;

/** Reads the name of an execution provider. */
export function providerName(text: string): ExecutionProviderChoice {
  const name = EXECUTION_PROVIDER_CHOICES.find((candidate) => candidate === text);
  if (name !== undefined) return name;
  const rule = choices(EXECUTION_PROVIDER_CHOICES);
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--execution-provider", rule, got: text });
}
