import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { registryPlace } from "@modelwright/registry";
import { HAS_OPENSSL, makeCertificate } from "@modelwright/server/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { dockerfile, READY } from "./container.ts";
import { SECRET_FILES } from "./secrets.ts";
import type { ServiceFacts } from "./service-facts.ts";
import { serviceFiles } from "./write-service.ts";

const facts: ServiceFacts = {
  model: "mail.triage",
  version: 3,
  task: "text-classification",
  host: "mail-triage",
  product: "0.1.0",
  node: "20.19.0",
  sizeBytes: 30_000_000,
};
const files = serviceFiles(facts);
const SETS = {
  alone: ["compose.yaml"],
  "alone by HTTPS": ["compose.yaml", "compose.tls.yaml"],
  team: ["compose.yaml", "compose.team.yaml"],
  "team by HTTPS": ["compose.yaml", "compose.team.yaml", "compose.tls.yaml"],
} as const;

interface Mount {
  readonly source: string;
  readonly target: string;
}

interface Service {
  readonly build?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly (string | Mount)[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Document {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, null>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

/** As Compose puts files together (docs.docker.com/reference/compose-file/merge): maps by key, lists one behind the other, commands anew. */
function merged(one: unknown, other: unknown, key = ""): unknown {
  if (Array.isArray(one) && Array.isArray(other))
    return ["command", "entrypoint", "test"].includes(key) ? other : [...new Set([...one, ...other])];
  if (!isMap(one) || !isMap(other)) return other ?? one;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((each) => [each, merged(one[each], other[each], each)]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function composed(names: readonly string[]): Document {
  return names.map((name) => parse(String(files[name]))).reduce((one, other) => merged(one, other)) as Document;
}

/** What a variable is replaced by where it is not set; a dollar is written twice. */
function interpolated(text: string): string {
  return text.replaceAll(/(?<!\$)\$\{\w+:-([^}]*)\}/g, "$1").replaceAll("$$", "$");
}

describe.each(Object.entries(SETS))("Compose, %s", (_, names) => {
  const { services, volumes = {}, secrets = {} } = composed(names);
  const each = Object.entries(services);

  test("mounts what there is, and every password that is read", () => {
    const used = new Set<string>();
    for (const [name, service] of each) {
      for (const volume of service.volumes ?? []) {
        // Whoever has a certificate puts it there; Compose says so where it is missing.
        if (typeof volume !== "string")
          expect(volume).toMatchObject({ source: "./tls", bind: { create_host_path: false } });
        else if (volume.startsWith("./")) {
          const source = volume.split(":")[0]!.slice(2);
          expect(
            Object.keys(files).some((file) => file.startsWith(`${source}/`)),
            volume,
          ).toBe(true);
        } else if (!volume.startsWith("/")) expect(Object.keys(volumes), name).toContain(volume.split(":")[0]);
      }
      for (const secret of service.secrets ?? []) used.add(secret);
      const read = [...JSON.stringify(service).matchAll(/\/run\/secrets\/([\w.]+)/g)].map(([, file]) => file!);
      expect(service.secrets ?? [], name).toEqual(expect.arrayContaining(read));
    }
    expect([...used].sort()).toEqual(Object.keys(secrets).sort());
    for (const [name, { file }] of Object.entries(secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(SECRET_FILES).toContain(name);
    }
  });

  test("opens its ports to this machine alone", () => {
    for (const [name, { ports = [] }] of each)
      for (const port of ports) expect(interpolated(port), name).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test("waits for services that there are, and that say when they are ready", () => {
    for (const [name, { depends_on: needed = {} }] of each)
      for (const [other, { condition }] of Object.entries(needed)) {
        expect(Object.keys(services), name).toContain(other);
        if (condition === "service_healthy") expect(services[other]!.healthcheck, other).toBeDefined();
      }
  });
});

test("starts the model alone, unless more is asked for", () => {
  const { services } = composed(SETS.alone);
  const started = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
  expect(started.map(([name]) => name)).toEqual(["model"]);
  expect(services["model"]).not.toHaveProperty("secrets");
});

describe("a team", () => {
  const { services } = composed(SETS.team);
  const { model, worker, store, queue, prometheus } = services as Record<string, Required<Service>>;

  test("has its registry on PostgreSQL, and files in the bucket that the store has", () => {
    const url = interpolated(model!.environment["MODELWRIGHT_REGISTRY"]!);
    expect(registryPlace(url).location).toContain("s3://models/registry");
    const { hostname, port } = new URL(new URL(url).searchParams.get("endpoint")!);
    const started = store!.entrypoint.join(" ");
    expect(services).toHaveProperty(hostname);
    expect(started).toContain(`--port :${port} `);
    expect(started).toContain("mkdir -p /data/models ");
    expect(store!.environment["ROOT_ACCESS_KEY"]).toBe(interpolated(model!.environment["AWS_ACCESS_KEY_ID"]!));
    const own = model!.environment["MODELWRIGHT_REGISTRY"]!.replace(/\$\{.*\}/, "s3://my-bucket/models");
    expect(registryPlace(own).location).toContain("s3://my-bucket/models");
  });

  test("logs in by the same passwords on both sides, also with characters that a shell would read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "compose-"));
    try {
      for (const file of SECRET_FILES) await writeFile(join(folder, file), `-$file_${file}`);
      const shown = 'printf "%s\\n" "$PGPASSWORD" "$AWS_SECRET_ACCESS_KEY" "$MODELWRIGHT_REDIS" "$1"';
      const script = interpolated(model!.entrypoint[2]!)
        .replaceAll("/run/secrets", folder)
        .replace('exec node_modules/.bin/modelwright "$@"', shown);
      const login = async (AWS_SECRET_ACCESS_KEY: string) => {
        const env = { PATH: process.env["PATH"], AWS_SECRET_ACCESS_KEY };
        const { stdout } = await promisify(execFile)("sh", ["-c", script, "modelwright", "models list"], { env });
        return stdout.trim().split("\n");
      };
      const redis = "redis://:-$file_queue.password@queue:6379";
      expect(await login("")).toEqual(["-$file_database.password", "-$file_store.password", redis, "models list"]);
      // A bucket of one's own has a key of one's own.
      expect((await login("mine"))[1]).toBe("mine");
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(store!.entrypoint[2]).toContain('ROOT_SECRET_KEY="$$(cat /run/secrets/store.password)"');
    expect(queue!.entrypoint[2]).toContain('--requirepass "$$(cat /run/secrets/queue.password)"');
  });

  test("loses no jobs: neither for want of memory, nor at a restart", () => {
    expect(queue!.entrypoint[2]).toContain("--maxmemory-policy noeviction");
    expect(queue!.entrypoint[2]).toContain("--appendonly yes");
    expect(queue!.volumes).toContain("queue:/data");
  });

  test.each(["prometheus.yml", "prometheus-tls.yml"])("is watched, server and workers: %s", (name) => {
    const { scrape_configs: jobs } = parse(String(files[`monitoring/prometheus/${name}`]));
    const [server, workers] = jobs;
    const port = worker!.command[worker!.command.indexOf("--port") + 1];
    expect(workers.dns_sd_configs).toMatchObject([{ names: ["worker"], port: Number(port) }]);
    expect(worker!.healthcheck.test.at(-1)).toBe(`http://127.0.0.1:${port}/health`);
    expect(server.static_configs).toEqual([{ targets: [`model:${model!.ports[0]!.split(":").at(-1)}`] }]);
    expect(server.scheme).toBe(name === "prometheus.yml" ? undefined : "https");
    expect(prometheus!.secrets.map((secret) => `/run/secrets/${secret}`)).toContain(
      server.authorization.credentials_file,
    );
  });
});

test("by HTTPS Prometheus has the file that asks so, and the server its certificate", () => {
  const { model, prometheus } = composed(SETS["team by HTTPS"]).services as Record<string, Required<Service>>;
  const config = prometheus!.command.find((flag) => flag.startsWith("--config.file="))!.split("=")[1]!;
  const [mount] = prometheus!.volumes as readonly string[];
  const [source, target] = mount!.split(":");
  expect(Object.keys(files)).toContain(config.replace(target!, source!.slice(2)));
  const tls = model!.volumes.find((volume): volume is Mount => typeof volume !== "string")!;
  for (const flag of ["--tls-certificate", "--tls-key"])
    expect(model!.command[model!.command.indexOf(flag) + 1]).toMatch(new RegExp(`^${tls.target}/tls\\.(crt|key)$`));
  // What is asked of the image is not changed: its health check finds out.
  expect(model).not.toHaveProperty("healthcheck");
});

test("the example of settings names files and variables that there are, and holds no secret", () => {
  const all = Object.entries(files).filter(([name]) => name.startsWith("compose."));
  const known = all.flatMap(([, text]) => [...String(text).matchAll(/(?<!\$)\$\{(\w+):-/g)].map(([, name]) => name!));
  const lines = [...String(files[".env.example"]).matchAll(/^#?([A-Z0-9_]+)=(.*)$/gm)];
  expect(lines.length).toBeGreaterThan(5);
  for (const [, name = "", value = ""] of lines) {
    if (name === "COMPOSE_FILE") for (const file of value.split(":")) expect(Object.keys(files)).toContain(file);
    else if (!name.startsWith("COMPOSE_")) expect(known).toContain(name);
    if (/KEY|SECRET|PASSWORD/.test(name)) expect(value, name).toBe("");
  }
  const named = new Set(lines.map(([, name]) => name));
  for (const name of known) expect([...named], "a variable that nothing tells of").toContain(name);
});

describe("the image", () => {
  test("copies what there is, and nothing that is secret", () => {
    const text = dockerfile(facts);
    const kept = String(files[".dockerignore"]).match(/(?<=^!).*$/gm)!;
    const copied = [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) => sources!.split(" "));
    expect(new Set(copied)).toEqual(new Set(kept));
    const npm = ["package-lock.json", "*.tgz", "registry"];
    for (const file of copied.filter((name) => !npm.includes(name))) expect(Object.keys(files)).toContain(file);
  });

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ready-"));
    await writeFile(join(folder, "ready.mjs"), READY);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const ready = async (port: number) => {
    const addresses = ["http", "https"].map((scheme) => `${scheme}://127.0.0.1:${port}/v2/health/ready`);
    const [command, args] = [process.execPath, [join(folder, "ready.mjs"), ...addresses]] as const;
    return promisify(execFile)(command, args).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );
  };
  const answer = (status: number) => (_: unknown, response: { writeHead(status: number): { end(): void } }) =>
    response.writeHead(status).end();

  test("tells a server that is ready from one that is not, or has gone", async () => {
    for (const [status, code] of [
      [200, 0],
      [503, 1],
    ] as const) {
      const server = createServer(answer(status));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      expect(await ready(port)).toBe(code);
      await new Promise((resolve) => server.close(resolve));
      if (code === 0) expect(await ready(port)).toBe(1);
    }
  });

  test.skipIf(!HAS_OPENSSL)("finds one that answers by HTTPS, whatever its certificate says", async () => {
    const { certificate, key } = makeCertificate(folder, "elsewhere");
    const server = createTlsServer({ cert: await readFile(certificate), key: await readFile(key) }, answer(200));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      expect(await ready((server.address() as AddressInfo).port)).toBe(0);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
