import { choices, type ErrorDetails, ModelwrightError } from "@modelwright/contracts";
import { GraphBuilder } from "../graph/builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import {
  EXECUTION_PROVIDER_CHOICES,
  EXECUTION_PROVIDERS,
  type ExecutionProvider,
  type ExecutionProviderChoice,
} from "./execution-provider.ts";
import { trialFailure } from "./provider-failure.ts";
import type { Runtime } from "./runtime.ts";
import { runtimeFailure } from "./runtime-failure.ts";

/** What `doctor` shows of one execution provider. */
export interface ProviderDescription {
  readonly name: ExecutionProvider;
  /** Why it cannot be used. Absent when it can. */
  readonly problem?: string;
  /** What to do about the problem. */
  readonly remedy?: string;
}

/** What a choice came to. */
export interface ChosenProvider {
  readonly name: ExecutionProvider;
  /** Those that `auto` would have taken before it, and why it did not. */
  readonly passedOver: readonly ProviderDescription[];
}

/** What needs no choice. */
export const ON_CPU: ChosenProvider = { name: "cpu", passedOver: [] };

/**
 * Tries a provider, or each in turn, by running a small model there.
 *
 * @throws {ModelwrightError} `ENGINE_PROVIDER_UNAVAILABLE` when the provider that was named cannot be used; `auto` ends at the CPU.
 */
export async function chooseProvider(runtime: Runtime, choice: ExecutionProviderChoice): Promise<ChosenProvider> {
  if (choice === "cpu") return ON_CPU;
  if (!EXECUTION_PROVIDER_CHOICES.includes(choice)) {
    const remedy = `Choose ${choices(EXECUTION_PROVIDER_CHOICES)}.`;
    const details = { executionProvider: choice, problem: "there is no execution provider of this name", remedy };
    throw new ModelwrightError("ENGINE_PROVIDER_UNAVAILABLE", details);
  }
  if (choice !== "auto") {
    await tryProvider(runtime, choice);
    return { name: choice, passedOver: [] };
  }
  const passedOver: ProviderDescription[] = [];
  for (const name of EXECUTION_PROVIDERS) {
    const description = await describeProvider(runtime, name);
    if (description.problem === undefined) return { name, passedOver };
    passedOver.push(description);
  }
  throw new Error("ONNX Runtime runs nothing, not even on the CPU");
}

/** Tries every provider. */
export async function describeProviders(runtime: Runtime): Promise<ProviderDescription[]> {
  const descriptions: ProviderDescription[] = [];
  for (const name of EXECUTION_PROVIDERS) descriptions.push(await describeProvider(runtime, name));
  return descriptions;
}

async function describeProvider(runtime: Runtime, name: ExecutionProvider): Promise<ProviderDescription> {
  try {
    await tryProvider(runtime, name);
    return { name };
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.code !== "ENGINE_PROVIDER_UNAVAILABLE") {
      return { name, problem: error instanceof Error ? error.message : String(error) };
    }
    const { problem, remedy } = error.details as ErrorDetails<"ENGINE_PROVIDER_UNAVAILABLE">;
    return { name, problem, remedy };
  }
}

/** Runs 1 + 1: a driver may load and yet run nothing. */
async function tryProvider(runtime: Runtime, executionProvider: ExecutionProvider): Promise<void> {
  const b = new GraphBuilder({ name: "trial" });
  const x = b.input("x", "float32", [1]);
  b.output(b.op("Add", [x, x]), "sum");
  try {
    const session = await runtime.createSession(encodeModel(b.build()), { threads: 1, executionProvider });
    try {
      const { sum } = await session.run({ x: tensorFrom("float32", [1], [1]) });
      if (sum?.data[0] !== 2) throw runtimeFailure("run", `it makes ${sum?.data[0]} of 1 + 1`);
    } finally {
      session.release();
    }
  } catch (error) {
    throw error instanceof ModelwrightError ? trialFailure(executionProvider, error) : error;
  }
}
