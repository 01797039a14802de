import { stringify } from "yaml";
import { alertingRules } from "./alert-rules.ts";
import { grafanaDashboard } from "./dashboard.ts";

const DASHBOARDS = "/var/lib/grafana/dashboards";

export function alertsFile(): string {
  return stringify(alertingRules(), { lineWidth: 0 });
}

export function dashboardFile(): string {
  return `${JSON.stringify(grafanaDashboard(), undefined, 2)}\n`;
}

/** What the Compose file gives Prometheus and Grafana, by path below `monitoring`. */
export function monitoringFiles(): Record<string, string> {
  return {
    "prometheus/prometheus.yml": stringify({
      global: { scrape_interval: "15s", evaluation_interval: "15s" },
      rule_files: ["alerts.yaml"],
      scrape_configs: [
        {
          job_name: "modelwright",
          authorization: { credentials_file: "/run/secrets/prometheus.key" },
          static_configs: [{ targets: ["model:8000"] }],
        },
      ],
    }),
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
