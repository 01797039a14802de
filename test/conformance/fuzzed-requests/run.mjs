// The fuzz of the server's routes with many more requests than the tests send: node test/conformance/fuzzed-requests/run.mjs [50000]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [runs = "50000"] = process.argv.slice(2);
const vitest = fileURLToPath(new URL("../../../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "--project", "unit", "packages/server/src/routes/routes.fuzz.test.ts"],
  { stdio: "inherit", env: { ...process.env, MODELWRIGHT_FUZZ_RUNS: runs } },
);
process.exit(status ?? 1);
