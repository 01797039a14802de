/** A curve of a panel. */
export interface Curve {
  readonly expr: string;
  /** Grafana fills in labels: `{{model}}`. */
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  /** What a reader should see in it. */
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: "reqps" | "s" | "percentunit" | "short" | "bytes" | "none";
  readonly curves: readonly Curve[];
}

const ASKED = 'instance=~"$instance",route=~"/v[12]/.+"';
const OF_MODEL = 'instance=~"$instance",model=~"$model"';
const WINDOW = "[$__rate_interval]";

function quantiles(metric: string, labels: string, by: string): readonly Curve[] {
  return [0.5, 0.95, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le${by === "" ? "" : `, ${by}`}) (rate(${metric}_bucket{${labels}}${WINDOW})))`,
    legend: `${by === "" ? "" : `{{${by}}} `}p${quantile * 100}`,
  }));
}

/** What the dashboard shows: what clients see first, then where the time goes, then the models, then the process. */
export const PANELS: readonly Panel[] = [
  {
    title: "Requests",
    description: "Answers per second, by status",
    unit: "reqps",
    curves: [
      {
        expr: `sum by (status) (rate(modelwright_requests_total{${ASKED}}${WINDOW}))`,
        legend: "{{status}}",
      },
    ],
  },
  {
    title: "Duration of requests",
    description: "From the headers of a request to the end of its answer",
    unit: "s",
    curves: quantiles("modelwright_request_duration_seconds", ASKED, ""),
  },
  {
    title: "Errors",
    description: "By code; docs/reference/errors.md says what each means",
    unit: "reqps",
    curves: [
      {
        expr: `sum by (code) (rate(modelwright_errors_total{instance=~"$instance"}${WINDOW}))`,
        legend: "{{code}}",
      },
    ],
  },
  {
    title: "Queue",
    description: "How long what comes now is expected to wait",
    unit: "s",
    curves: [
      { expr: 'modelwright_queue_expected_wait_seconds{instance=~"$instance"}', legend: "{{instance}} expected wait" },
    ],
  },
  {
    title: "Waiting for a batch",
    description: "Each item, by version",
    unit: "s",
    curves: quantiles("modelwright_queue_duration_seconds", OF_MODEL, "version"),
  },
  {
    title: "Running a batch",
    description: "Inference alone, by version",
    unit: "s",
    curves: quantiles("modelwright_inference_duration_seconds", OF_MODEL, "version"),
  },
  {
    title: "Items in a batch",
    description: "The mean: above 1, requests share runs of the model",
    unit: "none",
    curves: [
      {
        expr: `sum by (model, version) (rate(modelwright_batch_size_sum{${OF_MODEL}}${WINDOW})) / sum by (model, version) (rate(modelwright_batch_size_count{${OF_MODEL}}${WINDOW}))`,
        legend: "{{model}}:{{version}}",
      },
    ],
  },
  {
    title: "Predictions by version",
    description: "Items answered per second: a swap of versions shows here",
    unit: "reqps",
    curves: [
      {
        expr: `sum by (model, version) (rate(modelwright_predictions_total{${OF_MODEL}}${WINDOW}))`,
        legend: "{{model}}:{{version}}",
      },
    ],
  },
  {
    title: "Share of labels",
    description: "Of the items answered: a share that moves is the first sign of drift",
    unit: "percentunit",
    curves: [
      {
        expr: `sum by (label) (rate(modelwright_predictions_total{${OF_MODEL}}${WINDOW})) / ignoring (label) group_left sum(rate(modelwright_predictions_total{${OF_MODEL}}${WINDOW}))`,
        legend: "{{label}}",
      },
    ],
  },
  {
    title: "What is wrong",
    description: "Should be flat at 0: versions that cannot be served, threads that died, items in quarantine",
    unit: "short",
    curves: [
      { expr: 'sum(modelwright_model_unserved{instance=~"$instance"})', legend: "versions unserved" },
      {
        expr: 'sum(increase(modelwright_worker_restarts_total{instance=~"$instance"}[15m]))',
        legend: "threads replaced in 15 min",
      },
      { expr: 'sum(modelwright_quarantined_items{instance=~"$instance"})', legend: "items quarantined" },
    ],
  },
  {
    title: "Memory",
    description: "Resident, of the whole process",
    unit: "bytes",
    curves: [{ expr: 'process_resident_memory_bytes{instance=~"$instance"}', legend: "{{instance}}" }],
  },
  {
    title: "Processor and event loop",
    description: "Cores used, and how late the event loop is",
    unit: "short",
    curves: [
      { expr: `rate(process_cpu_seconds_total{instance=~"$instance"}${WINDOW})`, legend: "{{instance}} cores" },
      { expr: 'nodejs_eventloop_lag_p99_seconds{instance=~"$instance"}', legend: "{{instance}} lag p99, s" },
    ],
  },
];

/** A variable that chooses among the values of a label. */
function variable(name: string, label: string, query: string): object {
  return {
    name,
    label,
    type: "query",
    datasource: DATASOURCE,
    query: { query, refId: name },
    refresh: 2,
    includeAll: true,
    multi: true,
    allValue: ".+",
    current: { text: "All", value: "$__all" },
  };
}

/** Grafana asks for one where several are there. */
const DATASOURCE = { type: "prometheus", uid: "$datasource" };

const COLUMNS = 2;
const [WIDTH, HEIGHT] = [24 / COLUMNS, 8];

/** A dashboard as Grafana 9 and newer import it. */
export function grafanaDashboard(): object {
  return {
    uid: "modelwright",
    title: "Modelwright",
    tags: ["modelwright"],
    schemaVersion: 38,
    editable: true,
    time: { from: "now-1h", to: "now" },
    refresh: "30s",
    templating: {
      list: [
        { name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" },
        variable("instance", "Server", "label_values(modelwright_model_info, instance)"),
        variable("model", "Model", "label_values(modelwright_model_info, model)"),
      ],
    },
    panels: PANELS.map(({ title, description, unit, curves }, index) => ({
      id: index + 1,
      type: "timeseries",
      title,
      description,
      datasource: DATASOURCE,
      gridPos: { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit, min: 0, custom: { showPoints: "never" } }, overrides: [] },
      options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
      targets: curves.map(({ expr, legend }, place) => ({
        refId: String.fromCharCode(65 + place),
        datasource: DATASOURCE,
        expr,
        legendFormat: legend,
      })),
    })),
  };
}
