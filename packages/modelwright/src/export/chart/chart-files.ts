import { stringify } from "yaml";
import { alertsFile, dashboardFile } from "../monitoring/monitoring-files.ts";
import type { ServiceFacts } from "../service/service-facts.ts";
import { chartTemplates } from "./templates.ts";
import { valuesFile } from "./values.ts";

/** A Helm chart (https://helm.sh/docs/topics/charts/) that runs the service's image, by path. */
export function chartFiles(facts: ServiceFacts): Record<string, string> {
  const { host, model, version } = facts;
  const chart = {
    apiVersion: "v2",
    name: host,
    description: `The model ${model}, version ${version}, answering over HTTP`,
    type: "application",
    // A newer version of the model is a newer chart.
    version: `${version}.0.0`,
    appVersion: String(version),
    kubeVersion: ">=1.27.0-0",
  };
  const templates = Object.entries(chartTemplates(facts)).map(([name, text]) => [`templates/${name}`, text] as const);
  return {
    "Chart.yaml": stringify(chart),
    "values.yaml": valuesFile(facts),
    "files/alerts.yaml": alertsFile(),
    "files/dashboard.json": dashboardFile(),
    ...Object.fromEntries(templates),
  };
}
