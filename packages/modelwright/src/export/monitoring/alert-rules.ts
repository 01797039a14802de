/** One alert of Prometheus. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** For how long the expression must hold. */
  readonly for: string;
  readonly severity: "critical" | "warning";
  /** One line for the person who is woken; Prometheus fills in labels. */
  readonly summary: string;
  /** What it means, and what to do. */
  readonly description: string;
}

/** Requests that ask a model for something: probes and scrapes would hide what happens to them. */
const ASKED = 'job="modelwright",route=~"/v[12]/.+"';

/** Refused because there is more to do than the server can. */
const SHED = "SERVER_OVERLOADED|SERVER_CLIENT_OVER_SHARE|SERVER_DEADLINE_TOO_NEAR|SERVER_TIMEOUT";

const failed = `sum by (instance) (rate(modelwright_requests_total{${ASKED},status=~"5..",status!~"503|504"}[5m]))`;
const shed = `sum by (instance) (rate(modelwright_errors_total{job="modelwright",code=~"${SHED}"}[5m]))`;
const all = `sum by (instance) (rate(modelwright_requests_total{${ASKED}}[5m]))`;

/** What wakes somebody, in the order in which it matters. */
export const ALERT_RULES: readonly AlertRule[] = [
  {
    alert: "ModelwrightDown",
    expr: 'up{job="modelwright"} == 0',
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }} does not answer Prometheus",
    description:
      "The server does not run, cannot be reached, or refuses the key that Prometheus has (role read). Its log says why it ended.",
  },
  {
    alert: "ModelwrightServesNothing",
    expr: 'up{job="modelwright"} == 1 unless on (instance) count by (instance) (modelwright_model_info{job="modelwright"})',
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }} runs and serves no model",
    description: "POST /v2/repository/index says of every version why it is not served.",
  },
  {
    alert: "ModelwrightRequestsFail",
    expr: `${failed} / ${all} > 0.01`,
    for: "5m",
    severity: "critical",
    summary: "{{ $value | humanizePercentage }} of the requests to {{ $labels.instance }} fail",
    description: "Errors that are the server's own. Its log has each with its code, and the request's id.",
  },
  {
    alert: "ModelwrightRequestsShed",
    expr: `${shed} / ${all} > 0.01`,
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.instance }} refuses {{ $value | humanizePercentage }} of its requests for lack of time",
    description: "More comes than it can answer. Add a replica or cores, or see by client who asks so much.",
  },
  {
    alert: "ModelwrightSlow",
    expr: `histogram_quantile(0.99, sum by (instance, le) (rate(modelwright_request_duration_seconds_bucket{job="modelwright",route=~"/v[12]/.+/(predict|infer)"}[5m]))) > 1`,
    for: "10m",
    severity: "warning",
    summary: "One request in a hundred to {{ $labels.instance }} takes longer than {{ $value | humanizeDuration }}",
    description: "The dashboard shows whether they wait in the queue or the model itself takes long.",
  },
  {
    alert: "ModelwrightVersionUnserved",
    expr: 'modelwright_model_unserved{job="modelwright"} == 1',
    for: "2m",
    severity: "warning",
    summary: "{{ $labels.model }}:{{ $labels.version }} is wanted and cannot be served",
    description:
      "What answered before still does. The log and POST /v2/repository/index say what is wrong; `modelwright models rollback` takes the alias back.",
  },
  {
    alert: "ModelwrightWorkerDied",
    expr: 'increase(modelwright_worker_restarts_total{job="modelwright"}[15m]) > 0',
    for: "0m",
    severity: "warning",
    summary: "An inference thread of {{ $labels.instance }} died and was replaced",
    description: "Too little memory, or an item that the model cannot stand: the log says which batch it had.",
  },
  {
    alert: "ModelwrightItemsQuarantined",
    expr: 'modelwright_quarantined_items{job="modelwright"} > 0',
    for: "0m",
    severity: "warning",
    summary: "{{ $labels.instance }} refuses {{ $value }} items that ended an inference thread",
    description: "Whoever sends them gets SERVER_ITEM_QUARANTINED with the item's place in the request.",
  },
];

/** The rules as a document of Prometheus: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/. */
export function alertingRules(): object {
  return {
    groups: [
      {
        name: "modelwright",
        rules: ALERT_RULES.map(({ alert, expr, for: held, severity, summary, description }) => ({
          alert,
          expr,
          for: held,
          labels: { severity },
          annotations: { summary, description },
        })),
      },
    ],
  };
}
