// What an option of the server costs: that models run in processes of their own (`serve --isolate`) and not in threads, or that
// predictions are recorded with their items, personal data masked (`serve --record items`).
//
//   node bench/serving-options.mjs [--compare isolate|record] [--rounds 10] [--clients 1,16] [--words 8-16]
//
// One server of each kind, in processes of their own, serves the Universal Sentence Encoder lite under a fresh head of 77 labels,
// with one worker. Both take turns of a second at each number of clients, which ask without a pause; figures are medians of the
// rounds. See README.md.
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { closedLoop } from "./serving/clients.mjs";
import { registerFreshModel } from "./serving/fresh-model.mjs";
import { residentMiB } from "./serving/memory.mjs";
import { quantile, texts } from "./serving/requests.mjs";
import { startServerProcess } from "./serving/server-process.mjs";

const MODEL = "bench";
/** By what is compared: the kinds of servers, the usual one first, and their options. */
const COMPARED = {
  isolate: { threads: {}, processes: { isolate: true } },
  record: { unrecorded: {}, recorded: { record: "items" } },
};
const built = (name) => import(new URL(`../packages/${name}/dist/index.js`, import.meta.url).href);

const { values: options } = parseArgs({
  options: {
    compare: { type: "string", default: "isolate" },
    rounds: { type: "string", default: "10" },
    clients: { type: "string", default: "1,16" },
    words: { type: "string", default: "8-16" },
    registry: { type: "string" },
    kind: { type: "string" },
  },
});

const kinds = COMPARED[options.compare];
const KINDS = Object.keys(kinds);
const [USUAL, OTHER] = KINDS;

if (options.registry !== undefined) await serve();
else await measure();

async function serve() {
  const [{ openRegistry }, { startServer }] = await Promise.all([built("registry"), built("server")]);
  const registry = await openRegistry({ directory: options.registry });
  process.on("disconnect", () => process.exit());
  const server = await startServer({ registry, models: [MODEL], port: 0, workers: 1, ...kinds[options.kind] });
  process.send(server.url);
}

async function measure() {
  const directory = await mkdtemp(join(tmpdir(), "modelwright-bench-"));
  const children = [];
  try {
    await registerFreshModel(directory, MODEL);
    const servers = new Map();
    for (const kind of KINDS) {
      const server = await startServerProcess(
        import.meta.url,
        ["--compare", options.compare, "--registry", directory, "--kind", kind],
        kind,
      );
      children.push(server.child);
      servers.set(kind, server);
    }
    console.log(
      `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start`,
    );
    for (const [kind, { child }] of servers)
      console.log(`${kind}: ${await residentMiB(child.pid)} MiB, with all of their processes`);
    for (const clients of options.clients.split(",").map(Number)) {
      const rounds = new Map(KINDS.map((kind) => [kind, []]));
      for (let round = -1; round < Number(options.rounds); round++) {
        for (const [kind, { url }] of servers) {
          const requests = texts(options.words).map((text) => requestOf(url, JSON.stringify({ texts: [text] })));
          const { latencies, refused } = await closedLoop(url, requests, { clients, seconds: 1 });
          if (refused > 0) throw new Error(`${kind}: ${refused} requests were refused`);
          // The first round warms up.
          if (round >= 0) rounds.get(kind).push({ rate: latencies.length, p50: quantile(latencies, 0.5) });
        }
      }
      const median = (kind, field) =>
        quantile(
          rounds.get(kind).map((each) => each[field]),
          0.5,
        );
      const ratios = rounds.get(USUAL).map(({ rate }, i) => rounds.get(OTHER)[i].rate / rate);
      const say = (kind) => `${kind} ${median(kind, "rate")} requests/s, p50 ${median(kind, "p50").toFixed(2)} ms`;
      console.log(
        `${clients} clients: ${KINDS.map(say).join("; ")}; ratio of rates ${quantile(ratios, 0.5).toFixed(2)}`,
      );
    }
  } finally {
    for (const child of children) child.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

function requestOf(url, body) {
  const { host } = new URL(url);
  return `POST /v1/models/${MODEL}/predict HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
