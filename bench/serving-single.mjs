// One request at a time: the server beside the least that could serve the same model, plain Fastify on `loadModel()`.
//
//   node bench/serving-single.mjs [--registry DIR --model NAME] [--turns 20] [--requests 150] [--words 8-16] [--threads N]
//
// Both run in processes of their own and take turns; a turn's figure is the median of its requests, and the result is the
// median of the turns' ratios. Without --registry it serves the Universal Sentence Encoder lite under a fresh head of 77
// labels. See README.md.
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { registerFreshModel } from "./serving/fresh-model.mjs";
import { quantile, texts } from "./serving/requests.mjs";
import { startServerProcess } from "./serving/server-process.mjs";

const built = (name) => import(new URL(`../packages/${name}/dist/index.js`, import.meta.url).href);

const { values: options } = parseArgs({
  options: {
    registry: { type: "string" },
    model: { type: "string" },
    turns: { type: "string", default: "20" },
    requests: { type: "string", default: "150" },
    words: { type: "string", default: "8-16" },
    threads: { type: "string" },
    serve: { type: "string" },
  },
});
const threads = options.threads === undefined ? Math.min(4, cpus().length) : Number(options.threads);

const SERVERS = {
  plain: async () => {
    const [{ loadModel }, { default: fastify }] = await Promise.all([built("modelwright"), import("fastify")]);
    const model = await loadModel(options.model, { registry: options.registry, threads });
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
    const { url } = await startServer({
      registry,
      models: [options.model],
      workers: 1,
      threadsPerWorker: threads,
      port: 0,
    });
    return url;
  },
};

if (options.serve === undefined) await measure();
else {
  process.on("disconnect", () => process.exit());
  process.send(await SERVERS[options.serve]());
}

async function measure() {
  const scratch = options.registry === undefined ? await mkdtemp(join(tmpdir(), "modelwright-bench-")) : undefined;
  const registry = options.registry ?? scratch;
  const model = options.model ?? "bench";
  const servers = [];
  try {
    if (scratch !== undefined) await registerFreshModel(scratch, model);
    for (const name of Object.keys(SERVERS)) servers.push({ name, ...(await startProcess(name, registry, model)) });
    const [{ model: cpu }] = cpus();
    console.log(
      `${cpu}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start`,
    );
    const medians = { plain: [], served: [] };
    for (const { url } of servers) await turn(url, model);
    for (let round = 0; round < Number(options.turns); round++) {
      const order = round % 2 === 0 ? servers : servers.toReversed();
      for (const { name, url } of order) medians[name].push(await turn(url, model));
    }
    const ratios = medians.plain.map((plain, round) => plain / medians.served[round]);
    for (const [name, values] of Object.entries(medians)) {
      console.log(`${name.padEnd(7)} ${quantile(values, 0.5).toFixed(3)} ms per request`);
    }
    const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => quantile(ratios, share).toFixed(3));
    console.log(`served is ${middle} x plain Fastify (of ${ratios.length} turns; 80 % within ${low} to ${high})`);
  } finally {
    for (const { child } of servers) child.disconnect();
    if (scratch !== undefined) await rm(scratch, { recursive: true });
  }
}

function startProcess(name, registry, model) {
  const args = ["--serve", name, "--registry", registry, "--model", model, "--threads", String(threads)];
  return startServerProcess(import.meta.url, args, name);
}

/** The median time of a request, in milliseconds, on one connection. */
async function turn(url, model) {
  const { port } = new URL(url);
  const socket = connect({ host: "127.0.0.1", port: Number(port), noDelay: true });
  const latencies = [];
  const given = texts(options.words);
  for (let i = 0; i < Number(options.requests); i++) {
    const body = JSON.stringify({ text: given[i % given.length] });
    const head = `POST /v1/models/${model}/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json`;
    const start = performance.now();
    socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    // An answer this small comes in one piece, head and body.
    const answer = await new Promise((resolve, reject) => socket.once("data", resolve).once("error", reject));
    if (!String(answer).startsWith("HTTP/1.1 200")) throw new Error(String(answer));
    latencies.push(performance.now() - start);
    socket.removeAllListeners("error");
  }
  socket.destroy();
  return quantile(latencies, 0.5);
}
