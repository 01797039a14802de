// The exported Compose files: read by Compose's own library, and what they start started without containers.
//
//   npx tsc -b
//   GOBIN=DIR go install github.com/compose-spec/compose-go/v2/cmd@v2.16.2
//   GOBIN=DIR go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
//   apt-get install postgresql redis-server
//   node test/conformance/compose/check.mjs DIR/cmd DIR/versitygw
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import https from "node:https";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { exportModel } from "../../../packages/modelwright/dist/export/export-model.js";
import { openRegistry } from "../../../packages/registry/dist/index.js";
import { PostgresServer } from "../../../packages/registry/dist/testing/postgres-server.js";
import { makeCertificate, openTinyRegistry, registerTinyVersion } from "../../../packages/server/dist/testing/index.js";

const [compose = "cmd", gateway = "versitygw"] = process.argv.slice(2);
const run = promisify(execFile);
/** Of the package whose peer it is. */
const { Queue, QueueEvents } = createRequire(import.meta.resolve("../../../packages/modelwright/package.json"))(
  "bullmq",
);
const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const work = await mkdtemp(join(tmpdir(), "modelwright-compose-"));
const folder = join(work, "letters-service");
const tiny = await openTinyRegistry();
/** Processes by name. */
const started = new Map();
let database;
let passed = 0;

async function check(name, test) {
  await test();
  passed += 1;
  console.log(`✓ ${name}`);
}

try {
  await exportModel("letters", folder, { registry: tiny.registry.location });

  await check("Compose takes each set of files that .env.example names", async () => {
    const example = await readFile(join(folder, ".env.example"), "utf8");
    const sets = [...example.matchAll(/^#COMPOSE_FILE=(.*)$/gm)].map(([, files]) => files);
    assert.equal(sets.length, 2);
    for (const files of sets) {
      const loaded = await load(example.replace(`#COMPOSE_FILE=${files}`, `COMPOSE_FILE=${files}`));
      assert.deepEqual(Object.keys(loaded.services).sort(), [
        ...["database", "first-start", "grafana", "model", "prometheus", "queue", "store", "worker"],
      ]);
      assert.equal(loaded.services.model.command.includes("--tls-key"), files.includes("tls"));
      // Values of a container: what Compose has written twice stands once.
      assert.match(loaded.services.model.entrypoint[2], /PGPASSWORD="\$\$?\(cat /);
      assert.equal(
        environmentOf(loaded.services.model).MODELWRIGHT_REGISTRY,
        "postgres://modelwright@database/modelwright?files=s3://models/registry&endpoint=http://store:7070",
      );
    }
    const alone = await load("");
    assert.deepEqual(Object.keys(alone.services).sort(), ["grafana", "model", "prometheus"]);
    assert.deepEqual(alone.services.prometheus.profiles, ["monitoring"]);
    assert.equal(alone.services.model.ports[0].host_ip, "127.0.0.1");
  });

  // The team by HTTPS, each service a process, in the place of containers.
  const { services } = await load("COMPOSE_FILE=compose.yaml:compose.team.yaml:compose.tls.yaml\n");
  const port = Object.fromEntries(
    await Promise.all(["model", "worker", "store", "queue"].map(async (name) => [name, await freePort()])),
  );
  database = await PostgresServer.start();
  const password = await readFile(join(folder, "secrets", "database.password"), "utf8");
  await database.sql(`create role modelwright login password '${password}'`);
  await database.sql("create database modelwright owner modelwright");
  await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
  await symlink(join(modules, ".bin/modelwright"), join(folder, "node_modules/.bin/modelwright"));
  await mkdir(join(folder, "tls"));
  const made = makeCertificate(join(folder, "tls"), "tls");
  assert.deepEqual(
    [made.certificate, made.key],
    ["tls.crt", "tls.key"].map((file) => join(folder, "tls", file)),
  );

  /** A service's words with this machine's addresses and folders, run as the container would. */
  async function start(name, more = [], service = services[name]) {
    const own = join(work, "volumes", name);
    for (const volume of ["cache", "data"]) await mkdir(join(own, volume), { recursive: true });
    const here = (text) =>
      [
        ["$$", "$"],
        ["/run/secrets", join(folder, "secrets")],
        ["@database/", `@127.0.0.1:${database.port}/`],
        ["store:7070", `127.0.0.1:${port.store}`],
        [":7070", `:${port.store}`],
        ["@queue:6379", `@127.0.0.1:${port.queue}`],
        ["docker-entrypoint.sh redis-server", `redis-server --port ${port.queue} --dir ${join(own, "data")}`],
        ["exec versitygw", `exec ${gateway}`],
        [" /data", ` ${join(own, "data")}`],
        ["/cache", join(own, "cache")],
        ["/tls/", `${join(folder, "tls")}/`],
      ].reduce((all, [there, address]) => all.replaceAll(there, address), text);
    const [command, ...args] = [...service.entrypoint, ...(service.command ?? []), ...more].map(here);
    const environment = Object.entries(environmentOf(service)).map(([key, value]) => [key, here(value ?? "")]);
    const child = spawn(command, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...Object.fromEntries(environment) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const told = { text: "" };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (told.text += chunk));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    started.set(name, { child, told, ended });
    return { child, told, ended };
  }
  /** Runs to its end. */
  async function finish(name, more, service) {
    const { told, ended } = await start(name, more, service);
    const code = await ended;
    started.delete(name);
    assert.equal(code, 0, `${name}: ${told.text}`);
    return told.text;
  }
  const ready = (...addresses) =>
    run(process.execPath, [join(folder, "ready.mjs"), ...addresses]).then(
      () => true,
      () => false,
    );
  const token = await readFile(join(folder, "secrets/client.key"), "utf8");

  await check("the store, Redis and PostgreSQL get the folder's version, once", async () => {
    await start("store");
    await until("store", () => ready(`http://127.0.0.1:${port.store}/health`));
    await start("queue");
    const twice = [await finish("first-start"), await finish("first-start")];
    assert.match(twice[0], /letters/);
    const models = JSON.parse(await finish("verb", ["models", "list", "--json"], { ...services.model, command: [] }));
    assert.equal(JSON.stringify(models).includes('"letters"'), true);
  });

  const wanted = `https://127.0.0.1:${port.model}`;
  await check("the server answers by HTTPS from what lies on S3, to those who have a key", async () => {
    await start("model", ["--port", String(port.model)]);
    await until("model", () => ready(`${wanted}/v2/health/ready`, `http://127.0.0.1:${port.model}/v2/health/ready`));
    assert.equal((await ask(`${wanted}/v1/models/letters/predict`, { text: "bb" })).status, 401);
    const { status, body } = await ask(`${wanted}/v1/models/letters/predict`, { text: "bb" }, token);
    assert.deepEqual([status, body.predictions[0].label], [200, "b"]);
  });

  await check("the worker answers the queue, and tells Prometheus", async () => {
    const { command } = services.worker;
    const elsewhere = command.map((word) => (word === "9100" ? String(port.worker) : word));
    await start("worker", [], { ...services.worker, command: elsewhere });
    await until("worker", () => ready(`http://127.0.0.1:${port.worker}/health`));
    const redis = await readFile(join(folder, "secrets/queue.password"), "utf8");
    const connection = { url: `redis://:${redis}@127.0.0.1:${port.queue}` };
    const queue = new Queue("predictions", { connection });
    const events = new QueueEvents("predictions", { connection });
    try {
      await events.waitUntilReady();
      const job = await queue.add("predict", { items: ["cc"] }, { jobId: "first" });
      assert.equal((await job.waitUntilFinished(events, 30_000)).predictions[0].label, "c");
    } finally {
      await events.close();
      await queue.close();
    }
    const metrics = await (await fetch(`http://127.0.0.1:${port.worker}/metrics`)).text();
    assert.match(metrics, /modelwright_queue_jobs_total\{queue="predictions",outcome="completed"\} 1/);
    // What Redis could lose jobs by, a worker says at its start.
    assert.doesNotMatch(started.get("worker").told.text, /noeviction|appendonly/);
  });

  await check("what is registered and promoted there is served", async () => {
    const secret = async (file) => readFile(join(folder, "secrets", file), "utf8");
    Object.assign(process.env, {
      PGPASSWORD: password,
      AWS_ACCESS_KEY_ID: "modelwright",
      AWS_SECRET_ACCESS_KEY: await secret("store.password"),
      MODELWRIGHT_HOME: join(work, "home"),
    });
    const url = environmentOf(services.model)
      .MODELWRIGHT_REGISTRY.replace("@database/", `@127.0.0.1:${database.port}/`)
      .replace("store:7070", `127.0.0.1:${port.store}`);
    const registry = await openRegistry(url);
    try {
      const { version } = await registerTinyVersion(registry, { name: "letters" });
      await finish("verb", ["models", "promote", `letters:${version}`], {
        ...services.model,
        command: [],
      });
      const answered = async () =>
        (await ask(`${wanted}/v1/models/letters/predict`, { text: "a" }, token)).body.model?.version === version;
      await until("model", answered);
    } finally {
      await registry.close();
    }
  });

  await check("they end when they are told to", async () => {
    for (const name of ["worker", "model"]) {
      const { child, ended, told } = started.get(name);
      child.kill("SIGTERM");
      assert.equal(await ended, 0, `${name}: ${told.text}`);
      started.delete(name);
    }
  });
  console.log(`${passed} checks passed`);
} finally {
  for (const { child } of [...started.values()].reverse()) child.kill("SIGKILL");
  await Promise.all([...started.values()].map(({ ended }) => ended));
  await database?.remove();
  await tiny.remove();
  await rm(work, { recursive: true, force: true });
}

function environmentOf({ environment = [] }) {
  if (!Array.isArray(environment)) return environment;
  return Object.fromEntries(environment.map((line) => /^([^=]*)=(.*)$/s.exec(line).slice(1)));
}

/** The project as Compose sees it with the files that `.env` names. The library's program reads none, and takes no variables. */
async function load(text) {
  const settings = Object.fromEntries(
    [...text.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const env = { PATH: process.env.PATH, ...settings };
  const { stdout } = await run(compose, ["-format", "json"], { cwd: folder, env });
  return JSON.parse(stdout);
}

async function ask(url, content, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: "POST", headers, rejectUnauthorized: false }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, body: JSON.parse(text) });
    });
    request.on("error", reject).end(JSON.stringify(content));
  });
}

async function until(name, look) {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) if (await look()) return;
  throw new Error(`${name} is not ready: ${started.get(name)?.told.text}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
