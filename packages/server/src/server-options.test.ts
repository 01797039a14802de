import { availableParallelism } from "node:os";
import type { Registry } from "@modelwright/registry";
import { describe, expect, test } from "vitest";
import type { ServerOptions } from "./server-options.ts";
import { providerChoice, resolveSettings } from "./server-options.ts";

const settings = (options: Partial<ServerOptions>) => resolveSettings({ models: [], ...options } as ServerOptions);

test.each(["gpu", "toString", 1])("the execution provider %j is refused by the option's name", (executionProvider) => {
  expect(() => providerChoice({ executionProvider } as unknown as ServerOptions)).toThrow(
    /^executionProvider: must be "auto", "cuda", "webgpu" or "cpu", got /,
  );
});

describe("workers and threads", () => {
  const cores = availableParallelism();

  test("share the cores when neither is given", () => {
    const { workers, threadsPerWorker } = settings({});
    expect(threadsPerWorker).toBe(Math.min(4, cores));
    expect(workers).toBe(Math.max(1, Math.floor(cores / 4)));
    expect(workers * threadsPerWorker).toBeLessThanOrEqual(cores);
  });

  test.each([1, 2, 3, 255])("%i workers share the cores, at least one thread each", (workers) => {
    expect(settings({ workers }).threadsPerWorker).toBe(Math.max(1, Math.floor(cores / workers)));
  });

  test.each([1, 2, 255])("%i threads leave room for as many workers as fit, at least one", (threadsPerWorker) => {
    expect(settings({ threadsPerWorker }).workers).toBe(Math.max(1, Math.floor(cores / threadsPerWorker)));
  });

  test("sessions on WebGPU are of one worker", () => {
    const onWebgpu = (options: Partial<ServerOptions>) =>
      resolveSettings({ models: [], ...options } as ServerOptions, "webgpu");
    expect(onWebgpu({}).workers).toBe(1);
    expect(() => onWebgpu({ workers: 2 })).toThrow(/workers: must be 1 with the execution provider webgpu.*got 2/);
  });

  test("a number that is none is refused by its own name", () => {
    expect(() => settings({ workers: Number.NaN })).toThrow(/workers: must be a whole number/);
    expect(() => settings({ threadsPerWorker: 0 })).toThrow(/threadsPerWorker: must be a whole number/);
  });
});

test("what a registry cannot keep is not to be recorded, which shows at the start", () => {
  const registry = { isReadOnly: true, location: "/srv/models" } as Registry;
  expect(() => settings({ registry, record: "answers" })).toThrow(
    'record: must be "none" with a registry that cannot be written, such as /srv/models, got "answers"',
  );
  expect(settings({ registry }).record).toBe("none");
});
