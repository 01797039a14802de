// Whether a server under load holds more and more memory.
//
//   node bench/serving-memory.mjs [--minutes 10] [--settle 5] [--clients 64] [--words 8-16]
//
// A server in a process of its own is asked in closed loop, without a pause; what it holds is read every ten seconds, after
// some minutes in which its caches fill. Prints the line through the readings, with twice its standard error. See README.md.
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { closedLoop } from "./serving/clients.mjs";
import { registerFreshModel } from "./serving/fresh-model.mjs";
import { lineThrough, residentMiB } from "./serving/memory.mjs";
import { requestOf, texts } from "./serving/requests.mjs";
import { startServerProcess } from "./serving/server-process.mjs";

const MODEL = "bench";
const SECONDS_BETWEEN = 10;
const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    settle: { type: "string", default: "5" },
    clients: { type: "string", default: "64" },
    words: { type: "string", default: "8-16" },
    serve: { type: "string" },
  },
});
const built = (name) => import(new URL(`../packages/${name}/dist/index.js`, import.meta.url).href);

if (options.serve === undefined) await measure();
else {
  const [{ openRegistry }, { startServer }] = await Promise.all([built("registry"), built("server")]);
  process.on("disconnect", () => process.exit());
  const registry = await openRegistry(pathToFileURL(options.serve).href);
  process.send((await startServer({ registry, models: [MODEL], port: 0 })).url);
}

async function measure() {
  const registry = await mkdtemp(join(tmpdir(), "modelwright-bench-"));
  const [minutes, settle, clients] = [options.minutes, options.settle, options.clients].map(Number);
  let child;
  try {
    await registerFreshModel(registry, MODEL);
    const server = await startServerProcess(import.meta.url, ["--serve", registry]);
    child = server.child;
    const requests = texts(options.words).map((text) => requestOf(MODEL, text));
    const load = closedLoop(server.url, requests, { clients, seconds: 60 * (settle + minutes) });
    await sleep(60_000 * settle);
    const held = [];
    for (let i = 0; i < (60 * minutes) / SECONDS_BETWEEN; i++) {
      await sleep(SECONDS_BETWEEN * 1000);
      held.push(await residentMiB(child.pid));
    }
    const { latencies, refused, seconds } = await load;
    const { slope, error } = lineThrough(held);
    const perMinute = (value) => ((value * 60) / SECONDS_BETWEEN).toFixed(3);
    console.log(
      `${clients} clients, load ${loadavg()[0].toFixed(1)} at the end: ${(latencies.length / seconds).toFixed(0)} answered/s, ${refused} refused`,
    );
    console.log(`MiB every ${SECONDS_BETWEEN} s: ${held.join(" ")}`);
    console.log(`${perMinute(slope)} ± ${perMinute(2 * error)} MiB a minute`);
  } finally {
    child?.disconnect();
    await rm(registry, { recursive: true });
  }
}
