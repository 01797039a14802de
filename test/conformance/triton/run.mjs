// Every infer call of tritonclient (HTTP), and its statistics, against a server with a tiny model of each task of texts.
//
//   npx tsc -b
//   python3 -m venv DIR && DIR/bin/pip install -r test/conformance/triton/requirements.txt
//   node test/conformance/triton/run.mjs DIR/bin/python
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { taskNames } from "../../../packages/contracts/dist/index.js";
import { inferenceRow } from "../../../packages/inference/dist/index.js";
import { startServer } from "../../../packages/server/dist/index.js";
import { openRegistryOfAllTasks } from "../../../packages/server/dist/testing/tiny-registry.js";

const [python = "python3"] = process.argv.slice(2);
const { registry, remove } = await openRegistryOfAllTasks();
const server = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 0 });
try {
  const models = {};
  for (const task of taskNames) {
    const { examples } = await inferenceRow(task).tinyVersion();
    const items = examples.map(({ item }) => item);
    // The input tensor of the others is not one of texts.
    if (items.every((item) => typeof item === "string")) models[task] = items;
  }
  const program = fileURLToPath(new URL("infer.py", import.meta.url));
  const child = spawn(python, [program, new URL(server.url).host, JSON.stringify(models)], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
} finally {
  await server.close();
  await remove();
}
