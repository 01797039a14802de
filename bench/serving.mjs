// Latency and throughput of the server, with dynamic batching and without, at several numbers of closed-loop clients.
//
//   node bench/serving.mjs [--registry DIR --model NAME] [--rounds 20] [--seconds 0.5] [--clients 1,8,32,128] [--workers N]
//                          [--threads N] [--words 8-16]
//
// Without --registry it serves the Universal Sentence Encoder lite under a fresh head of 77 labels. The servers run in
// processes of their own, the clients in this one; at each number of clients both settings take turns, round by round.
// See README.md.
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { registerFreshModel } from "./serving/fresh-model.mjs";
import { quantile, texts } from "./serving/requests.mjs";
import { startServerProcess } from "./serving/server-process.mjs";

const SETTINGS = [
  { name: "batching (max 32)", maxBatch: 32 },
  { name: "no batching (max 1)", maxBatch: 1 },
];
const OK = Buffer.from("HTTP/1.1 200");
const built = (name) => import(new URL(`../packages/${name}/dist/index.js`, import.meta.url).href);

const { values: options } = parseArgs({
  options: {
    registry: { type: "string" },
    model: { type: "string" },
    rounds: { type: "string", default: "20" },
    seconds: { type: "string", default: "0.5" },
    clients: { type: "string", default: "1,8,32,128" },
    workers: { type: "string" },
    threads: { type: "string" },
    words: { type: "string", default: "8-16" },
    serve: { type: "string" },
  },
});

if (options.serve === undefined) await measure();
else await serve(Number(options.serve));

async function serve(maxBatch) {
  const [{ openRegistry }, { startServer }] = await Promise.all([built("registry"), built("server")]);
  const registry = await openRegistry({ directory: options.registry });
  const { url } = await startServer({
    registry,
    models: [options.model],
    maxBatch,
    port: 0,
    ...(options.workers === undefined ? {} : { workers: Number(options.workers) }),
    ...(options.threads === undefined ? {} : { threadsPerWorker: Number(options.threads) }),
  });
  process.on("disconnect", () => process.exit());
  process.send(url);
}

async function measure() {
  const scratch = options.registry === undefined ? await mkdtemp(join(tmpdir(), "modelwright-bench-")) : undefined;
  const directory = options.registry ?? scratch;
  const model = options.model ?? "bench";
  const servers = [];
  try {
    if (scratch !== undefined) await registerFreshModel(scratch, model);
    for (const setting of SETTINGS)
      servers.push({ ...setting, ...(await startProcess(directory, model, setting.maxBatch)) });
    const [{ model: cpu }] = cpus();
    console.log(
      `${cpu}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start\n`,
    );
    const rows = [];
    for (const clients of options.clients.split(",").map(Number)) {
      const measured = servers.map(({ name, url }) => ({ name, url, clients, latencies: [], throughputs: [] }));
      for (const { url } of measured) await load({ url, model, clients, seconds: 1 });
      for (let round = 0; round < Number(options.rounds); round++) {
        for (const row of measured) {
          const { latencies, throughput } = await load({
            url: row.url,
            model,
            clients,
            seconds: Number(options.seconds),
          });
          row.latencies.push(...latencies);
          row.throughputs.push(throughput);
        }
      }
      rows.push(...measured);
    }
    print(rows);
  } finally {
    for (const { child } of servers) child.disconnect();
    if (scratch !== undefined) await rm(scratch, { recursive: true });
  }
}

function startProcess(directory, model, maxBatch) {
  const args = ["--registry", directory, "--model", model, "--serve", String(maxBatch)];
  for (const name of ["workers", "threads"]) if (options[name] !== undefined) args.push(`--${name}`, options[name]);
  return startServerProcess(import.meta.url, args, `at most ${maxBatch}`);
}

/** Each client sends its next request when the answer to the last one is there. */
async function load({ url, model, clients, seconds }) {
  const { hostname, port } = new URL(url);
  const requests = texts(options.words).map((text) => {
    const body = JSON.stringify({ text });
    const head = `POST /v1/models/${model}/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json`;
    return `${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  });
  const latencies = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let next = client * 7;
      let sentAt = 0;
      await new Promise((resolve, reject) => {
        const send = () => {
          sentAt = performance.now();
          socket.write(requests[next++ % requests.length]);
        };
        socket.on("connect", send);
        socket.on("error", reject);
        // An answer this small comes in one piece, head and body.
        socket.on("data", (chunk) => {
          if (!chunk.subarray(0, 12).equals(OK)) return reject(new Error(String(chunk)));
          const now = performance.now();
          latencies.push(now - sentAt);
          if (now < end) send();
          else resolve();
        });
      });
      socket.destroy();
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  return { latencies, throughput: latencies.length / elapsed };
}

/** Throughputs are medians of the rounds, and so is their ratio: what disturbs one round disturbs both settings. */
function print(rows) {
  console.log("| clients | setting | p50 ms | p99 ms | requests/s | × no batching |");
  console.log("| ---: | --- | ---: | ---: | ---: | ---: |");
  for (const { name, clients, latencies, throughputs } of rows) {
    const single = rows.find((row) => row.clients === clients && row.name === SETTINGS[1].name).throughputs;
    const cells = [
      clients,
      name,
      quantile(latencies, 0.5).toFixed(1),
      quantile(latencies, 0.99).toFixed(1),
      quantile(throughputs, 0.5).toFixed(0),
      quantile(
        throughputs.map((throughput, round) => throughput / single[round]),
        0.5,
      ).toFixed(2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
