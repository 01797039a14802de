// The server at and beyond saturation: closed loop, then requests that come at random whatever the answers (Poisson).
//
//   node bench/serving-load.mjs [--clients 64] [--rates 0.5,0.9,1.5,3] [--rounds 4] [--seconds 1] [--words 8-16] [--before DIR]
//
// Beside it the least that could serve the same model, plain Fastify that predicts one text at a time, and with --before
// the server of another built checkout. The model is the Universal Sentence Encoder lite under a fresh head of 77 labels.
// The servers run in processes of their own, the clients in this one, and take turns round by round. Rates are in units
// of what the server answers in closed loop. See README.md.
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { closedLoop, openLoop } from "./serving/clients.mjs";
import { registerFreshModel } from "./serving/fresh-model.mjs";
import { quantile, requestOf, texts } from "./serving/requests.mjs";
import { startServerProcess } from "./serving/server-process.mjs";

const MODEL = "bench";
const HERE = fileURLToPath(new URL("..", import.meta.url));

const { values: options } = parseArgs({
  options: {
    clients: { type: "string", default: "64" },
    rates: { type: "string", default: "0.5,0.9,1.5,3" },
    rounds: { type: "string", default: "4" },
    seconds: { type: "string", default: "1" },
    words: { type: "string", default: "8-16" },
    before: { type: "string" },
    serve: { type: "string" },
    registry: { type: "string" },
    checkout: { type: "string" },
  },
});
const built = (name) =>
  import(new URL(`packages/${name}/dist/index.js`, pathToFileURL(`${options.checkout ?? HERE}/`)).href);

const SERVERS = {
  plain: async () => {
    const [{ loadModel }, { default: fastify }] = await Promise.all([built("modelwright"), import("fastify")]);
    const model = await loadModel(MODEL, { registry: options.registry });
    const app = fastify();
    app.post("/v1/models/:name/predict", async (request) => {
      const [{ label, probability }] = await model.predict([request.body.text]);
      return { label, probability };
    });
    return app.listen({ port: 0 });
  },
  served: async () => {
    const [{ openRegistry }, { startServer }] = await Promise.all([built("registry"), built("server")]);
    const registry = await openRegistry({ directory: options.registry });
    return (await startServer({ registry, models: [MODEL], port: 0 })).url;
  },
};

if (options.serve === undefined) await measure();
else {
  process.on("disconnect", () => process.exit());
  process.send(await SERVERS[options.serve]());
}

async function measure() {
  const registry = await mkdtemp(join(tmpdir(), "modelwright-bench-"));
  const servers = [];
  try {
    await registerFreshModel(registry, MODEL);
    const wanted = [
      ["plain Fastify", "plain", HERE],
      ...(options.before === undefined ? [] : [["server before", "served", options.before]]),
      ["server", "served", HERE],
    ];
    for (const [name, serve, checkout] of wanted) servers.push({ name, ...(await start(serve, registry, checkout)) });
    const [{ model: cpu }] = cpus();
    console.log(
      `${cpu}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start`,
    );
    const requests = texts(options.words).map((text) => requestOf(MODEL, text));
    const clients = Number(options.clients);
    for (const { url } of servers) await closedLoop(url, requests, { clients, seconds: 1 });
    const closed = await rounds(servers, ({ url }, seconds) => closedLoop(url, requests, { clients, seconds }));
    const print = (setting, rows) => printRows(setting, rows, closed);
    console.log("\n| load | server | answered/s | × plain, closed | refused | p50 ms | p99 ms | largest ms |");
    console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    print(`${clients} clients`, closed);
    const saturation = quantile(closed.get("server").map(answeredPerSecond), 0.5);
    for (const times of options.rates.split(",").map(Number)) {
      const perSecond = times * saturation;
      const rows = await rounds(servers, ({ url }, seconds) => openLoop(url, requests, { perSecond, seconds }));
      print(`${times} × ${saturation.toFixed(0)}/s`, rows);
    }
  } finally {
    for (const { child } of servers) child.disconnect();
    await rm(registry, { recursive: true });
  }
}

function start(serve, registry, checkout) {
  const args = ["--serve", serve, "--registry", registry, "--checkout", checkout];
  return startServerProcess(import.meta.url, args, serve);
}

/** Results of every round by the server's name; the order turns, so that what disturbs one disturbs the others alike. */
async function rounds(servers, load) {
  const results = new Map(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      results.get(server.name).push(await load(server, Number(options.seconds)));
    }
  }
  return results;
}

function answeredPerSecond({ latencies, seconds }) {
  return latencies.length / seconds;
}

/** Throughputs and their ratios are medians of the rounds; latencies are of all answered requests together. */
function printRows(setting, rows, closed) {
  const plain = closed.get("plain Fastify").map(answeredPerSecond);
  for (const [name, results] of rows) {
    const throughputs = results.map(answeredPerSecond);
    const latencies = results.flatMap((result) => result.latencies);
    const refused = results.reduce((sum, result) => sum + result.refused, 0);
    const cells = [
      setting,
      name,
      quantile(throughputs, 0.5).toFixed(0),
      quantile(
        throughputs.map((throughput, round) => throughput / plain[round]),
        0.5,
      ).toFixed(2),
      `${((100 * refused) / (refused + latencies.length)).toFixed(1)} %`,
      ...[0.5, 0.99, 1].map((share) => quantile(latencies, share).toFixed(1)),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
