// The exported alert rules and metrics against a real Prometheus: its checkers, a scrape of a server, an alert that fires.
//
//   npx tsc -b
//   apt-get install prometheus    (Debian 12: 2.42)
//   node test/conformance/prometheus/check.mjs
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { monitoringFiles } from "../../../packages/modelwright/dist/export/monitoring/monitoring-files.js";
import { startServer } from "../../../packages/server/dist/index.js";
import { openTinyRegistry } from "../../../packages/server/dist/testing/index.js";

const run = promisify(execFile);
const [address, patience] = ["127.0.0.1:9919", 90_000];
const folder = await mkdtemp(join(tmpdir(), "modelwright-prometheus-"));
const { registry, remove } = await openTinyRegistry();
const { token } = await registry.stores.keys.create({ name: "prometheus", roles: ["read"] });
const server = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 0 });
let prometheus;
try {
  const files = monitoringFiles();
  const at = (name) => join(folder, name);
  await writeFile(at("key"), token);
  await writeFile(at("alerts.yaml"), files["prometheus/alerts.yaml"]);
  const shipped = await run("promtool", ["check", "rules", at("alerts.yaml")]);
  console.log(shipped.stdout.trim());

  // The same, with nobody to wait for, and the server in the place of the container.
  await writeFile(at("alerts.yaml"), files["prometheus/alerts.yaml"].replaceAll(/for: \S+/g, "for: 0s"));
  await writeFile(
    at("prometheus.yml"),
    files["prometheus/prometheus.yml"]
      .replaceAll("15s", "1s")
      .replace("/run/secrets/prometheus.key", at("key"))
      .replace("model:8000", new URL(server.url).host),
  );
  await run("promtool", ["check", "config", at("prometheus.yml")]);
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  await writeFile(at("metrics"), await metrics.text());
  await run("sh", ["-c", `promtool check metrics < ${at("metrics")}`]);

  const flags = [`--config.file=${at("prometheus.yml")}`, `--storage.tsdb.path=${at("data")}`];
  prometheus = spawn("prometheus", [...flags, `--web.listen-address=${address}`], { stdio: "ignore" });
  const up = await until("a scrape", async () => (await query("up"))?.[0]?.value[1] === "1");
  const served = await until("the metrics", async () => (await query("modelwright_model_info"))?.length === 1);
  const quiet = (await ask("/api/v1/alerts"))?.alerts ?? [];
  if (quiet.length > 0) throw new Error(`alerts of a sound server: ${JSON.stringify(quiet)}`);
  await server.close();
  const alert = await until("ModelwrightDown", async () => {
    const { alerts = [] } = (await ask("/api/v1/alerts")) ?? {};
    return alerts.find(({ labels, state }) => labels.alertname === "ModelwrightDown" && state === "firing");
  });
  console.log(`scraped: ${up && served}; fires: ${alert.annotations.summary}`);
} finally {
  prometheus?.kill();
  await server.close();
  await remove();
  await rm(folder, { recursive: true, force: true });
}

async function ask(path) {
  const response = await fetch(`http://${address}${path}`).catch(() => undefined);
  return response?.ok ? (await response.json()).data : undefined;
}

async function query(expression) {
  return (await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`))?.result;
}

/** What `look` finds, as soon as it finds something. */
async function until(what, look) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(200)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what} did not come within ${patience} ms`);
}
