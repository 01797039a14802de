import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["packages/*/src/**/*.test.ts"], exclude, testTimeout: 60_000 } },
      { test: { name: "parity", include: ["test/parity/**/*.test.ts"], exclude, testTimeout: 300_000 } },
      {
        // Each of these starts whole processes that use every core: one file at a time.
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude,
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
