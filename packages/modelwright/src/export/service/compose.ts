import { stringify } from "yaml";
import { FILES } from "./container.ts";
import type { ServiceFacts } from "./service-facts.ts";

/** In Compose's files a dollar is written twice. */
const PASSWORD = 'PGPASSWORD="$$(cat /run/secrets/database.password)"';

/**
 * The service on a registry in PostgreSQL, so that versions can be promoted while it runs, with Prometheus and Grafana.
 *
 * Its ports are open to this machine alone.
 */
export function composeFile({ host, model }: ServiceFacts): string {
  const modelwright = {
    image: `${host}-service`,
    build: ".",
    environment: {
      MODELWRIGHT_REGISTRY: `postgres://modelwright@database/modelwright?files=${FILES}`,
    },
    secrets: ["database.password"],
    volumes: [`files:${FILES}`],
    read_only: true,
    tmpfs: ["/tmp"],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    // With a verb of Modelwright behind it: docker compose run --rm model models list.
    entrypoint: ["sh", "-c", `export ${PASSWORD} && exec node_modules/.bin/modelwright "$$@"`, "modelwright"],
  };
  const services = {
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
    "first-start": {
      ...modelwright,
      depends_on: { database: { condition: "service_healthy" } },
      entrypoint: [
        "sh",
        "-c",
        `export ${PASSWORD} && node_modules/.bin/modelwright backup /tmp/first --registry registry && exec node_modules/.bin/modelwright restore /tmp/first --if-empty`,
      ],
    },
    model: {
      ...modelwright,
      depends_on: { "first-start": { condition: "service_completed_successfully" } },
      command: ["serve", model, "--host", "0.0.0.0", "--log"],
      ports: ["127.0.0.1:8000:8000"],
      restart: "unless-stopped",
      // Longer than a request may take.
      stop_grace_period: "45s",
    },
    prometheus: {
      image: "prom/prometheus:v3.5.0",
      volumes: ["./monitoring/prometheus:/etc/prometheus:ro", "metrics:/prometheus"],
      secrets: ["prometheus.key"],
      ports: ["127.0.0.1:9090:9090"],
      restart: "unless-stopped",
    },
    grafana: {
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
  };
  const names = ["database.password", "grafana.password", "prometheus.key"];
  const document = {
    name: host,
    services,
    volumes: Object.fromEntries(["database", "files", "metrics", "grafana"].map((name) => [name, null])),
    secrets: Object.fromEntries(names.map((name) => [name, { file: `./secrets/${name}` }])),
  };
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, nullStr: "" });
}
