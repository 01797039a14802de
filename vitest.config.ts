import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// A Vulkan in software, which Debian's chromium brings: tests on WebGPU need no GPU then. The variable, when set, names another driver.
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";
if (existsSync(SWIFTSHADER)) process.env.VK_ICD_FILENAMES ??= SWIFTSHADER;

const exclude = ["**/node_modules/**", "**/dist/**"];

/** Milliseconds after which a test or a hook counts as hanging. Time is no bar: thirty programs on two cores slow a test fifteenfold. */
const limits = (milliseconds: number) => ({ testTimeout: milliseconds, hookTimeout: milliseconds });

export default defineConfig({
  test: {
    // Vitest leaves a core idle by default, which is half of a machine of two.
    maxWorkers: availableParallelism(),
    projects: [
      {
        // Files of tests share a process and what they import from elsewhere: importing was a sixth of all the time.
        test: { name: "unit", include: ["packages/*/src/**/*.test.ts"], exclude, isolate: false, ...limits(300_000) },
      },
      // Not among what `npm test` runs.
      { test: { name: "conformance", include: ["test/conformance/**/*.test.ts"], exclude, ...limits(1_800_000) } },
      { test: { name: "parity", include: ["test/parity/**/*.test.ts"], exclude, ...limits(900_000) } },
      {
        // Most of the time of a process goes into its start, which is work for one core: as many files at a time as there are cores.
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], exclude, ...limits(1_800_000) },
      },
    ],
  },
});
