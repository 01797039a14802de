// Latency and throughput of the server, with dynamic batching and without, at several numbers of closed-loop clients.
//
//   node bench/serving.mjs [--registry DIR --model NAME] [--rounds 20] [--seconds 0.5] [--clients 1,8,32,128] [--workers N]
//                          [--threads N] [--words 8-16]
//
// Without --registry it serves the Universal Sentence Encoder lite under a fresh head of 77 labels. The servers run in
// processes of their own, the clients in this one; at each number of clients both settings take turns, round by round.
// See README.md.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

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
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (url) => resolve({ child, url }));
    child.once("exit", (code) => reject(new Error(`the server ended with code ${code}`)));
  });
}

/** Each client sends its next request when the answer to the last one is there. */
async function load({ url, model, clients, seconds }) {
  const { hostname, port } = new URL(url);
  const requests = texts(options.words).map((text) => {
    const body = JSON.stringify({ text });
    const head = `POST /v1/models/${model}/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json`;
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

/** The value below which this share of all lies. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** 256 texts of so many words (`8-16`), the same at every run. */
function texts(range) {
  const [least, most] = range.split("-").map(Number);
  if (!(least >= 1 && most >= least)) throw new Error(`--words takes a range such as 8-16, not ${range}`);
  const words =
    `where is my parcel and when will it arrive please tell me the card payment was declined yesterday i want
    to change address of this account because transfer has not been received yet how can you help with refund for order`.split(
      /\s+/,
    );
  let state = 7;
  const random = (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  return Array.from({ length: 256 }, () =>
    Array.from({ length: least + random(most - least + 1) }, () => words[random(words.length)]).join(" "),
  );
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

async function registerFreshModel(directory, name) {
  const [{ parseRecipe }, engine, models, { openRegistry }] = await Promise.all(
    ["contracts", "engine", "models", "registry"].map(built),
  );
  const labels = Array.from({ length: 77 }, (_, i) => `intent ${i}`);
  const loaded = await models.resolvePretrained("use-lite-en").load();
  const { encoder: architecture, parameters: pretrained, tokenizerJson } = loaded;
  const random = engine.RandomSource.fromSeed(7);
  const objective = models.classObjective({ classes: labels.length });
  const source = models.givenOr(pretrained, "pretrained parameters", models.drawnParameters(random));
  const { graph, parameters } = models.buildPrediction(models.textModel({ architecture, objective }), {
    source,
    build: models.INFERENCE,
  });

  const registry = await openRegistry({ directory });
  const recipe = parseRecipe({ name, task: "text-classification", data: { source: "none.csv" } });
  const digest = "0".repeat(64);
  const run = await registry.createRun({ recipe, recipeSha256: digest, experiment: name, seed: 7, environment: {} });
  const stagingDirectory = join(directory, "bench-staging");
  await mkdir(join(stagingDirectory, "onnx"), { recursive: true });
  await writeFile(join(stagingDirectory, "onnx", "model.onnx"), engine.encodeModel(graph));
  await writeFile(join(stagingDirectory, "tokenizer.json"), JSON.stringify(tokenizerJson));
  const ids = { dtype: "int64", shape: [-1, -1] };
  await registry.registerVersion({
    name,
    runId: run.id,
    stagingDirectory,
    describe: (version) => ({
      format: 1,
      name,
      version,
      task: "text-classification",
      createdAt: new Date().toISOString(),
      runId: run.id,
      labels,
      signature: {
        input: "text",
        output: "label-probabilities",
        tensors: {
          inputs: [
            { name: "input_ids", ...ids },
            { name: "attention_mask", ...ids },
          ],
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
      model: { base: "use-lite-en", fineTune: "none", parameters: models.countParameters(parameters) },
      metrics: {},
      lineage: { recipeSha256: digest, dataSha256: digest, trainRows: 0, validationRows: 0, testRows: 0, seed: 7 },
    }),
  });
  await registry.close();
}
