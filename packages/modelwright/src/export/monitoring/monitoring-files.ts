import { stringify } from "yaml";
import { SERVER_PORT, WORKER_PORT } from "../service/container.ts";
import { alertingRules } from "./alert-rules.ts";
import { grafanaDashboard } from "./dashboard.ts";

const DASHBOARDS = "/var/lib/grafana/dashboards";

export function alertsFile(): string {
  return stringify(alertingRules(), { lineWidth: 0 });
}

export function dashboardFile(): string {
  return `${JSON.stringify(grafanaDashboard(), undefined, 2)}\n`;
}

/** The server, and as many workers as there are, which may be none. The alert rules look for one job. */
function prometheusFile(server: object = {}): string {
  return stringify({
    global: { scrape_interval: "15s", evaluation_interval: "15s" },
    rule_files: ["alerts.yaml"],
    scrape_configs: [
      {
        job_name: "modelwright",
        ...server,
        authorization: { credentials_file: "/run/secrets/prometheus.key" },
        static_configs: [{ targets: [`model:${SERVER_PORT}`] }],
      },
      {
        job_name: "modelwright-workers",
        dns_sd_configs: [{ names: ["worker"], type: "A", port: WORKER_PORT, refresh_interval: "15s" }],
        relabel_configs: [{ target_label: "job", replacement: "modelwright" }],
      },
    ],
  });
}

/** The Compose files' own network: the certificate names the server as others ask for it, not as Prometheus does. */
const OVER_TLS = { scheme: "https", tls_config: { insecure_skip_verify: true } };

/** What the Compose file gives Prometheus and Grafana, by path below `monitoring`. */
export function monitoringFiles(): Record<string, string> {
  return {
    "prometheus/prometheus.yml": prometheusFile(),
    "prometheus/prometheus-tls.yml": prometheusFile(OVER_TLS),
    "prometheus/alerts.yaml": alertsFile(),
    "grafana/provisioning/datasources/prometheus.yaml": stringify({
      apiVersion: 1,
      datasources: [
        { name: "Prometheus", type: "prometheus", access: "proxy", url: "http://prometheus:9090", isDefault: true },
      ],
    }),
    "grafana/provisioning/dashboards/modelwright.yaml": stringify({
      apiVersion: 1,
      providers: [{ name: "modelwright", type: "file", options: { path: DASHBOARDS } }],
    }),
    "grafana/dashboards/modelwright.json": dashboardFile(),
  };
}
