import type { CpuOperator } from "@modelwright/engine";
import { expect, test } from "vitest";
import { announceProvider } from "./cpu-fallback.ts";
import type { TrainingEvent } from "./training-event.ts";

const WEBGPU = { name: "webgpu", passedOver: [] } as const;
const left = (operator: string, nodes: number): CpuOperator => ({ operator, reason: "has no kernel", nodes });
const trains = { onCpu: [left("Scan", 2)] };
const evaluates = { onCpu: [left("Loop", 1), left("Scan", 1)] };

test("the event has what training and evaluation leave to the CPU", () => {
  const events: TrainingEvent[] = [];
  const onEvent = (event: TrainingEvent) => events.push(event);
  announceProvider(WEBGPU, [trains, evaluates], { executionProvider: "webgpu", onEvent });
  const onCpu = [left("Loop", 1), left("Scan", 3)];
  expect(events).toEqual([{ type: "provider", executionProvider: "webgpu", passedOver: [], onCpu }]);
  announceProvider({ name: "cpu", passedOver: [] }, [{ onCpu: [] }], { onEvent });
  expect(events).toHaveLength(1);
});

test("refuse stops for what evaluation alone leaves to the CPU", () => {
  const announce = (...sessions: { onCpu: readonly CpuOperator[] }[]) => announceProvider(WEBGPU, sessions, options);
  const options = { executionProvider: "auto", cpuFallback: "refuse" } as const;
  expect(() => announce({ onCpu: [] }, evaluates)).toThrow(
    expect.objectContaining({
      code: "ENGINE_OPERATORS_ON_CPU",
      details: { executionProvider: "webgpu", operators: "Loop has no kernel (1 node), Scan has no kernel (1 node)" },
    }),
  );
  expect(() => announce({ onCpu: [] }, { onCpu: [] })).not.toThrow();
});
