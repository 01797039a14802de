import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { describe, expect, test } from "vitest";
import { tensorFrom } from "../tensor/tensor.ts";
import { createCApiRuntime } from "./c-api/c-api-runtime.ts";
import { chooseProvider, describeProviders } from "./choose-provider.ts";
import type { ExecutionProvider } from "./execution-provider.ts";
import { installedLibrary } from "./installed-library.ts";
import { createNodeBindingRuntime } from "./node-binding/node-binding-runtime.ts";
import type { Runtime, Session } from "./runtime.ts";
import { runtimeFailure } from "./runtime-failure.ts";

const cpu = await createCApiRuntime();

/** A machine that has these providers; all of them compute on the CPU. */
function machineWith(...available: ExecutionProvider[]): Runtime {
  return {
    ...cpu,
    createSession: (model, { executionProvider = "cpu", ...options } = {}) => {
      if (available.includes(executionProvider)) return cpu.createSession(model, options);
      const details = { executionProvider, problem: `no ${executionProvider} here`, remedy: "Choose another." };
      return Promise.reject(new ModelwrightError("ENGINE_PROVIDER_UNAVAILABLE", details));
    },
  };
}

/** A machine whose sessions run like this. */
function machineThatRuns(run: Session["run"]): Runtime {
  return {
    ...cpu,
    createSession: async (model, { executionProvider: _, ...options } = {}) => {
      const session = await cpu.createSession(model, options);
      return { ...session, run, release: () => session.release() };
    },
  };
}

describe("chooseProvider", () => {
  test("auto takes CUDA, then WebGPU, then the CPU, and says why not the ones before", async () => {
    const choose = async (...available: ExecutionProvider[]) => {
      const { name, passedOver } = await chooseProvider(machineWith(...available), "auto");
      return [name, passedOver.map(({ problem }) => problem)];
    };
    expect(await choose("cpu", "webgpu", "cuda")).toEqual(["cuda", []]);
    expect(await choose("cpu", "webgpu")).toEqual(["webgpu", ["no cuda here"]]);
    expect(await choose("cpu")).toEqual(["cpu", ["no cuda here", "no webgpu here"]]);
  });

  test("a provider that is named must be there", async () => {
    expect(await chooseProvider(machineWith("cpu", "webgpu"), "webgpu")).toEqual({ name: "webgpu", passedOver: [] });
    await expect(chooseProvider(machineWith("cpu"), "webgpu")).rejects.toMatchObject({
      code: "ENGINE_PROVIDER_UNAVAILABLE",
    });
  });

  test("refuses a provider that computes wrongly", async () => {
    const broken = machineThatRuns(async () => ({ sum: tensorFrom("float32", [1], [0]) }));
    await expect(chooseProvider(broken, "webgpu")).rejects.toMatchObject({
      code: "ENGINE_PROVIDER_UNAVAILABLE",
      details: { executionProvider: "webgpu", problem: "it makes 0 of 1 + 1" },
    });
  });

  test.each([
    ["cuda", "CUDA failure 2: out of memory", /nvidia-smi/],
    ["webgpu", "the device is lost", /driver/],
  ] as const)("refuses %s when it loads and fails at the trial: %s", async (name, problem, remedy) => {
    const failing = machineThatRuns(() => Promise.reject(runtimeFailure("run", problem)));
    const refusing = { ...cpu, createSession: () => Promise.reject(runtimeFailure("session", problem)) };
    for (const machine of [failing, refusing]) {
      await expect(chooseProvider(machine, name)).rejects.toMatchObject({
        code: "ENGINE_PROVIDER_UNAVAILABLE",
        details: { executionProvider: name, problem, remedy: expect.stringMatching(remedy) },
      });
    }
  });

  test.each(["gpu", "toString", "", 1])("refuses the name %j", async (choice) => {
    await expect(chooseProvider(machineWith("cpu"), choice as "auto")).rejects.toMatchObject({
      code: "ENGINE_PROVIDER_UNAVAILABLE",
      details: { executionProvider: choice, remedy: 'Choose "auto", "cuda", "webgpu" or "cpu".' },
    });
  });
});

describe.each([
  ["onnxruntime-c", createCApiRuntime],
  ["onnxruntime-node", createNodeBindingRuntime],
])("the providers of %s", (_, create) => {
  test.skipIf(existsSync(join(installedLibrary().directory, "libonnxruntime_providers_cuda.so")))(
    "CUDA is not there without its files",
    async () => {
      const runtime = await create();
      await expect(chooseProvider(runtime, "cuda")).rejects.toMatchObject({ code: "ENGINE_PROVIDER_UNAVAILABLE" });
    },
  );

  test("the CPU is always there", async () => {
    const descriptions = await describeProviders(await create());
    expect(descriptions.map(({ name }) => name)).toEqual(["cuda", "webgpu", "cpu"]);
    expect(descriptions.at(-1)).toEqual({ name: "cpu" });
    for (const { problem, remedy } of descriptions) expect(problem === undefined).toBe(remedy === undefined);
  });

  test.runIf(process.platform === "linux" && process.arch === "x64")("WebGPU is not there without an adapter", () => {
    const file = create.name === "createCApiRuntime" ? "c-api/c-api-runtime" : "node-binding/node-binding-runtime";
    const program = `
      import { ${create.name} } from "./dist/runtime/${file}.js";
      import { describeProviders } from "./dist/runtime/choose-provider.js";
      console.log(JSON.stringify(await describeProviders(await ${create.name}())));
    `;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: new URL("../../", import.meta.url),
      env: { ...process.env, VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" },
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
    expect(JSON.parse(output)[1]).toMatchObject({
      name: "webgpu",
      problem: "there is no GPU adapter",
      remedy: expect.stringContaining("libvulkan.so.1"),
    });
  });
});
