import { stringify } from "yaml";
import { CACHE, SERVER_PORT, TLS, TLS_FLAGS, WORKER_PORT } from "./container.ts";
import type { ServiceFacts } from "./service-facts.ts";

/** Where the store keeps what it is given, and what the registry's part of it is called. */
const STORE = { port: 7070, bucket: "models", user: "modelwright" } as const;

/**
 * What a variable of whoever starts Compose says. The names are our own: who has AWS's set for other work must not give
 * them away to these containers.
 */
function setting(name: string, otherwise = ""): string {
  return `\${${name}:-${otherwise}}`;
}

const BUCKET = setting("S3_FILES", `s3://${STORE.bucket}/registry&endpoint=http://store:${STORE.port}`);
const REGION = setting("S3_REGION", "us-east-1");

/** Passwords of the services, which are files, as the variables in which Modelwright and its libraries look. Compose writes a dollar twice. */
const LOG_IN = [
  `PGPASSWORD="${secret("database.password")}"`,
  `AWS_SECRET_ACCESS_KEY="$\${AWS_SECRET_ACCESS_KEY:-${secret("store.password")}}"`,
  `MODELWRIGHT_REDIS="redis://:${secret("queue.password")}@queue:6379"`,
].join(" ");
const PASSWORDS = ["database.password", "store.password", "queue.password"];

function secret(file: string): string {
  return `$$(cat /run/secrets/${file})`;
}

/** The files of Compose by name: each but the first adds to it, and `.env.example` says how. */
export function composeFiles(facts: ServiceFacts): Record<string, string> {
  return {
    "compose.yaml": document(aloneFile(facts)),
    "compose.team.yaml": document(teamFile(facts)),
    "compose.tls.yaml": document(tlsFile(facts)),
    ".env.example": ENV_EXAMPLE,
  };
}

interface ComposeFile {
  readonly about: string;
  readonly name?: string;
  readonly services: Readonly<Record<string, object>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
}

function document({ about, name, services, volumes, secrets }: ComposeFile): string {
  const content = {
    ...(name !== undefined && { name }),
    services,
    ...(volumes && { volumes: Object.fromEntries(volumes.map((volume) => [volume, null])) }),
    ...(secrets && { secrets: Object.fromEntries(secrets.map((file) => [file, { file: `./secrets/${file}` }])) }),
  };
  return `# ${about}\n${stringify(content, { lineWidth: 0, aliasDuplicateObjects: false, nullStr: "" })}`;
}

/** A container of the image, which may change nothing but its `/tmp`. */
function container(host: string) {
  return {
    image: `${host}-service`,
    build: ".",
    read_only: true,
    tmpfs: ["/tmp"],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
  };
}

function serve(model: string, flags: Readonly<Record<string, string>> = {}): readonly string[] {
  return ["serve", model, "--host", "0.0.0.0", "--log", ...Object.entries(flags).flat()];
}

/** The version of the image alone; with the profile `monitoring` Prometheus and Grafana too. */
function aloneFile({ host, model }: ServiceFacts): ComposeFile {
  return {
    about: "The model alone, as it is in the image; with --profile monitoring Prometheus and Grafana too.",
    name: host,
    services: {
      model: {
        ...container(host),
        environment: { MODELWRIGHT_REGISTRY: "registry" },
        command: serve(model),
        ports: [`${setting("LISTEN", `127.0.0.1:${SERVER_PORT}`)}:${SERVER_PORT}`],
        restart: "unless-stopped",
        // Longer than a request may take.
        stop_grace_period: "45s",
      },
      prometheus: {
        profiles: ["monitoring"],
        image: "prom/prometheus:v3.5.0",
        volumes: ["./monitoring/prometheus:/etc/prometheus:ro", "metrics:/prometheus"],
        secrets: ["prometheus.key"],
        ports: ["127.0.0.1:9090:9090"],
        restart: "unless-stopped",
      },
      grafana: {
        profiles: ["monitoring"],
        image: "grafana/grafana:12.0.2",
        environment: { GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana.password" },
        volumes: [
          "./monitoring/grafana/provisioning:/etc/grafana/provisioning:ro",
          "./monitoring/grafana/dashboards:/var/lib/grafana/dashboards:ro",
          "grafana:/var/lib/grafana",
        ],
        secrets: ["grafana.password"],
        ports: ["127.0.0.1:3000:3000"],
        restart: "unless-stopped",
      },
    },
    volumes: ["metrics", "grafana"],
    secrets: ["prometheus.key", "grafana.password"],
  };
}

/**
 * A registry that versions are promoted in while it is served, and a worker of a queue.
 *
 * A file of its own, since a profile can start services, and cannot have another one use them.
 */
function teamFile({ host, model }: ServiceFacts): ComposeFile {
  const modelwright = {
    environment: {
      MODELWRIGHT_REGISTRY: `postgres://modelwright@database/modelwright?files=${BUCKET}`,
      MODELWRIGHT_HOME: CACHE,
      AWS_ACCESS_KEY_ID: setting("S3_ACCESS_KEY_ID", STORE.user),
      AWS_SECRET_ACCESS_KEY: setting("S3_SECRET_ACCESS_KEY"),
      AWS_REGION: REGION,
    },
    secrets: PASSWORDS,
    // Each container has its own, with copies of what it reads from the store.
    volumes: [CACHE],
    // With a verb of Modelwright behind it: docker compose run --rm model models list.
    entrypoint: ["sh", "-c", `export ${LOG_IN} && exec node_modules/.bin/modelwright "$$@"`, "modelwright"],
  };
  const filled = { "first-start": { condition: "service_completed_successfully" } };
  const first = `${CACHE}/first`;
  return {
    about: "Beside compose.yaml: a registry on PostgreSQL and S3, and a worker that answers a queue on Redis.",
    services: {
      model: { ...modelwright, depends_on: filled },
      worker: {
        ...container(host),
        ...modelwright,
        command: ["worker", model, "--host", "0.0.0.0", "--port", String(WORKER_PORT), "--log"],
        depends_on: { ...filled, queue: { condition: "service_healthy" } },
        healthcheck: { test: ["CMD", "node", "ready.mjs", `http://127.0.0.1:${WORKER_PORT}/health`] },
        restart: "unless-stopped",
        stop_grace_period: "45s",
      },
      "first-start": {
        ...container(host),
        ...modelwright,
        entrypoint: [
          "sh",
          "-c",
          `export ${LOG_IN} && rm -rf ${first} && node_modules/.bin/modelwright backup ${first} --registry registry && exec node_modules/.bin/modelwright restore ${first} --if-empty`,
        ],
        depends_on: { database: { condition: "service_healthy" }, store: { condition: "service_healthy" } },
      },
      database: {
        image: "postgres:15-bookworm",
        environment: {
          POSTGRES_USER: "modelwright",
          POSTGRES_DB: "modelwright",
          POSTGRES_PASSWORD_FILE: "/run/secrets/database.password",
        },
        secrets: ["database.password"],
        volumes: ["database:/var/lib/postgresql/data"],
        healthcheck: { test: ["CMD", "pg_isready", "--username=modelwright"], interval: "2s", retries: 30 },
        restart: "unless-stopped",
      },
      // S3 on a folder; its buckets are the folders in it.
      store: {
        image: "versity/versitygw:v1.8.0",
        entrypoint: [
          "sh",
          "-c",
          `mkdir -p /data/${STORE.bucket} && export ROOT_SECRET_KEY="${secret("store.password")}" && exec versitygw --quiet --health /health --port :${STORE.port} posix /data`,
        ],
        environment: { ROOT_ACCESS_KEY: STORE.user, VGW_REGION: REGION },
        secrets: ["store.password"],
        volumes: ["store:/data"],
        healthcheck: {
          test: ["CMD", "wget", "-q", "-O", "-", `http://127.0.0.1:${STORE.port}/health`],
          interval: "2s",
          retries: 30,
        },
        restart: "unless-stopped",
      },
      queue: {
        image: "redis:8.2-bookworm",
        // What waits must be dropped neither when memory is full nor at a restart.
        entrypoint: [
          "sh",
          "-c",
          `exec docker-entrypoint.sh redis-server --appendonly yes --maxmemory-policy noeviction --requirepass "${secret("queue.password")}"`,
        ],
        secrets: ["queue.password"],
        volumes: ["queue:/data"],
        ports: ["127.0.0.1:6379:6379"],
        healthcheck: {
          test: ["CMD-SHELL", `REDISCLI_AUTH="${secret("queue.password")}" redis-cli ping | grep -q PONG`],
          interval: "2s",
          retries: 30,
        },
        restart: "unless-stopped",
      },
    },
    volumes: ["database", "store", "queue"],
    secrets: PASSWORDS,
  };
}

/** The server answers by HTTPS alone, and Prometheus asks it so. */
function tlsFile({ model }: ServiceFacts): ComposeFile {
  return {
    about: "Beside the others: HTTPS with tls/tls.crt and tls/tls.key, which user 1000 must be able to read.",
    services: {
      model: {
        command: serve(model, TLS_FLAGS),
        volumes: [{ type: "bind", source: "./tls", target: TLS, read_only: true, bind: { create_host_path: false } }],
      },
      prometheus: {
        command: ["--config.file=/etc/prometheus/prometheus-tls.yml", "--storage.tsdb.path=/prometheus"],
      },
    },
  };
}

const ENV_EXAMPLE = `# Settings that docker compose takes from a file .env: copy this one there, and take the # away from what you want.
# Passwords are none of them: those of the services below lie in secrets/.

# What is started. compose.team.yaml adds a registry on PostgreSQL and S3, Redis and a worker, compose.tls.yaml HTTPS.
COMPOSE_PATH_SEPARATOR=:
#COMPOSE_FILE=compose.yaml:compose.team.yaml
#COMPOSE_FILE=compose.yaml:compose.team.yaml:compose.tls.yaml

# Prometheus and Grafana too.
#COMPOSE_PROFILES=monitoring

# Where the server listens. Without it: to this machine alone, port ${SERVER_PORT}.
#LISTEN=0.0.0.0:443

# With compose.team.yaml: a bucket of your own, instead of the store that is started. Its key is a secret: leave it to the
# environment in which docker compose runs, or let nobody else read .env.
#S3_FILES=s3://my-bucket/models
#S3_REGION=eu-central-1
#S3_ACCESS_KEY_ID=
#S3_SECRET_ACCESS_KEY=
`;
