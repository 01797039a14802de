// What clients notice while an alias moves between versions, and how long a move takes until it is served.
//
//   node bench/swaps.mjs [--swaps 20] [--clients 16] [--versions 2] [--pause 2] [--register]
//
// The versions are the Universal Sentence Encoder lite under fresh heads of 77 labels. The server runs in a process of its
// own, the clients in this one. Each version is tried in a process of its own before it is served the first time; with more
// versions than swaps all are. With --register each move is to a version that was registered just before, in turns at once and
// after the pause, in which the server tries it: the ratio of the two is what that saves. See README.md.
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { closedLoop } from "./serving/clients.mjs";
import { registerFreshModel } from "./serving/fresh-model.mjs";
import { lineThrough, residentMiB } from "./serving/memory.mjs";
import { quantile, texts } from "./serving/requests.mjs";
import { startServerProcess } from "./serving/server-process.mjs";

const MODEL = "bench";
const built = (name) => import(new URL(`../packages/${name}/dist/index.js`, import.meta.url).href);

const { values: options } = parseArgs({
  options: {
    swaps: { type: "string", default: "20" },
    clients: { type: "string", default: "16" },
    versions: { type: "string", default: "2" },
    pause: { type: "string", default: "2" },
    register: { type: "boolean", default: false },
    registry: { type: "string" },
  },
});

if (options.registry !== undefined) await serve();
else await measure();

async function serve() {
  const [{ openRegistry }, { startServer }] = await Promise.all([built("registry"), built("server")]);
  const registry = await openRegistry({ directory: options.registry });
  process.on("disconnect", () => process.exit());
  process.send((await startServer({ registry, models: [MODEL], port: 0, follow: true })).url);
}

async function measure() {
  const directory = await mkdtemp(join(tmpdir(), "modelwright-bench-"));
  const { openRegistry } = await built("registry");
  let child;
  try {
    for (let version = 0; version < Number(options.versions); version++) await registerFreshModel(directory, MODEL);
    const registry = await openRegistry({ directory });
    await registry.setAlias(MODEL, "champion", 1, "first");
    const server = await startServerProcess(import.meta.url, ["--registry", directory]);
    child = server.child;
    const { url } = server;
    const [{ model: cpu }] = cpus();
    console.log(
      `${cpu}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start`,
    );
    const body = (text) => JSON.stringify({ texts: [text] });
    const requests = texts("8-16").map((text) => requestOf(url, body(text)));
    // Long enough for the server to be ready for its first move.
    await closedLoop(url, requests, { clients: Number(options.clients), seconds: 5 });
    const calm = await closedLoop(url, requests, { clients: Number(options.clients), seconds: 5 });
    const memoryBefore = await residentMiB(child.pid);

    const toServed = [];
    const memory = [];
    let hasEnded = false;
    const busy = { latencies: [], refused: 0 };
    const load = (async () => {
      while (!hasEnded) {
        const { latencies, refused } = await closedLoop(url, requests, {
          clients: Number(options.clients),
          seconds: 1,
        });
        busy.latencies.push(...latencies);
        busy.refused += refused;
      }
    })();
    for (let swap = 1; swap <= Number(options.swaps); swap++) {
      const version = options.register ? Number(options.versions) + swap : (swap % Number(options.versions)) + 1;
      if (options.register) {
        await registerFreshModel(directory, MODEL);
        if (isTried(swap)) await sleep(1000 * Number(options.pause));
      }
      const movedAt = performance.now();
      await registry.setAlias(MODEL, "champion", version, "swap");
      while ((await versionServed(url, body("one"))) !== version) await sleep(5);
      toServed.push(performance.now() - movedAt);
      await sleep(1000 * Number(options.pause));
      memory.push(await residentMiB(child.pid));
    }
    hasEnded = true;
    await load;
    const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
    const say = (name, { latencies, refused }) =>
      console.log(
        `${name}: ${latencies.length} answered, ${refused} refused, p50 ${ms(quantile(latencies, 0.5))}, p99 ${ms(quantile(latencies, 0.99))}, most ${ms(Math.max(...latencies))}`,
      );
    say("calm", calm);
    say(`${options.swaps} swaps`, busy);
    const sayMoves = (name, times) =>
      console.log(
        `from the move to the first answer${name}: p50 ${ms(quantile(times, 0.5))}, most ${ms(Math.max(...times))}; each: ${times.map((value) => Math.round(value)).join(" ")}`,
      );
    if (options.register) {
      const [atOnce, tried] = [false, true].map((is) => toServed.filter((_, i) => isTried(i + 1) === is));
      sayMoves(" where a version was registered just before", atOnce);
      sayMoves(`, ${options.pause} s after it was registered`, tried);
      console.log(`ratio of the medians: ${(quantile(tried, 0.5) / quantile(atOnce, 0.5)).toFixed(2)}`);
    } else sayMoves("", toServed);
    console.log(`memory of the server: ${memoryBefore} MiB before, ${await residentMiB(child.pid)} MiB after`);
    const late = memory.slice(Math.floor(memory.length / 3));
    const { slope, error } = lineThrough(late);
    console.log(
      `after each move: ${memory.join(" ")} MiB; over the last ${late.length} moves ${slope.toFixed(2)} ± ${(2 * error).toFixed(2)} MiB a move`,
    );
    await registry.close();
  } finally {
    child?.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

/** With --register: whether the server has had the pause to try a version. */
function isTried(swap) {
  return swap % 2 === 0;
}

function requestOf(url, body) {
  const { host } = new URL(url);
  return `POST /v1/models/${MODEL}/predict HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

async function versionServed(url, body) {
  const response = await fetch(`${url}/v1/models/${MODEL}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return (await response.json()).model.version;
}
