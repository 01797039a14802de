import { ModelwrightError } from "@modelwright/contracts";
import {
  type ChosenProvider,
  type CpuOperator,
  describeCpuOperators,
  type ExecutionProvider,
  type ExecutionProviderChoice,
  mergeCpuOperators,
} from "@modelwright/engine";
import type { TrainingEvent } from "./training-event.ts";

/** Whether operators that an execution provider cannot run are run on the CPU, or refused before training starts. */
export type CpuFallback = "warn" | "refuse";

/** A session, or what holds one. */
interface OnProvider {
  readonly onCpu: readonly CpuOperator[];
}

/** @throws {ModelwrightError} `ENGINE_OPERATORS_ON_CPU` naming what `refuse` refuses. */
export function checkFallback(
  executionProvider: ExecutionProvider,
  onCpu: readonly CpuOperator[],
  cpuFallback: CpuFallback = "warn",
): void {
  if (cpuFallback === "warn" || onCpu.length === 0) return;
  const operators = describeCpuOperators(onCpu);
  throw new ModelwrightError("ENGINE_OPERATORS_ON_CPU", { executionProvider, operators });
}

/** The event with what ran on the provider before training, if it tells where a run computes. */
export function mergedProvider(event: TrainingEvent, before: readonly CpuOperator[]): TrainingEvent {
  return event.type === "provider" ? { ...event, onCpu: mergeCpuOperators([...before, ...event.onCpu]) } : event;
}

/**
 * Tells, before the first step, where a run computes and what is left to the CPU; a run that is to use the CPU does not tell.
 *
 * @param sessions All that compute on the provider: what trains, and what evaluates.
 * @throws {ModelwrightError} `ENGINE_OPERATORS_ON_CPU` for what `cpuFallback: "refuse"` refuses.
 */
export function announceProvider(
  provider: ChosenProvider,
  sessions: readonly OnProvider[],
  options: {
    readonly executionProvider?: ExecutionProviderChoice | undefined;
    readonly cpuFallback?: CpuFallback | undefined;
    readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  },
): void {
  const { name, passedOver } = provider;
  const onCpu = mergeCpuOperators(sessions.flatMap((session) => session.onCpu));
  checkFallback(name, onCpu, options.cpuFallback);
  if ((options.executionProvider ?? "cpu") === "cpu") return;
  options.onEvent?.({ type: "provider", executionProvider: name, passedOver, onCpu });
}
