import { READY_PATH, SERVER_PORT, TLS_FLAGS } from "../service/container.ts";
import type { ServiceFacts } from "../service/service-facts.ts";
import { head, selector } from "./labels.ts";
import { podTemplate } from "./pod.ts";
import { workerTemplates } from "./worker.ts";

const HELPERS = `{{/* The release's name, with the chart's where it says something else; with room for what is put behind it. */}}
{{- define "fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 53 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 53 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{/* How the server is asked, which is also what its port is called. */}}
{{- define "scheme" -}}
{{ if .Values.tls.secretName }}https{{ else }}http{{ end }}
{{- end -}}

{{/* What every pod must reach: names, and where its registry is. */}}
{{- define "egress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- if hasPrefix "postgres" .Values.registry.url }}
- ports:
    - port: {{ .Values.networkPolicy.ports.database }}
      protocol: TCP
{{- end }}
{{- if contains "s3://" .Values.registry.url }}
- ports:
    - port: {{ .Values.networkPolicy.ports.files }}
      protocol: TCP
{{- end }}
{{- with .Values.networkPolicy.egress }}
{{ toYaml . }}
{{- end }}
{{- end -}}
`;

function deployment({ model }: ServiceFacts): string {
  const template = podTemplate({
    component: "server",
    args: `- serve
- ${JSON.stringify(model)}
- --host=0.0.0.0
- --port=${SERVER_PORT}
- --workers=1
- --threads={{ .Values.threads }}
{{- if .Values.tls.secretName }}
${Object.entries(TLS_FLAGS)
  .map(([flag, path]) => `- ${flag}=${path}`)
  .join("\n")}
{{- end }}
{{- if .Values.withoutKeys }}
- --without-keys
{{- end }}`,
    port: { name: '{{ include "scheme" . }}', number: SERVER_PORT },
    probes: `startupProbe:
  ${ask(READY_PATH)}
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  ${ask(READY_PATH)}
  periodSeconds: 5
livenessProbe:
  ${ask("/v2/health/live")}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
lifecycle:
  # Load balancers send requests to a pod until they have heard that it leaves.
  preStop:
    exec:
      command: ["sleep", "5"]`,
    resources: ".Values.resources",
  });
  return `${head("Deployment", "apps/v1")}spec:
  # The autoscaler sets the number of replicas.
  strategy:
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      ${selector(6, "server")}
  ${template}`;
}

/** Part of a probe; Kubernetes does not check the certificate. */
function ask(path: string): string {
  return `httpGet:
    path: ${path}
    port: {{ include "scheme" . }}
    scheme: {{ include "scheme" . | upper }}`;
}

const SERVICE_ACCOUNT = `${head("ServiceAccount", "v1")}  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
`;

const SERVICE = `${head("Service", "v1")}spec:
  type: {{ .Values.service.type }}
  ports:
    - name: {{ include "scheme" . }}
      port: {{ .Values.service.port }}
      targetPort: {{ include "scheme" . }}
  selector:
    ${selector(4, "server")}
`;

const AUTOSCALER = `${head("HorizontalPodAutoscaler", "autoscaling/v2")}spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "fullname" . }}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .Values.autoscaling.targetCPU }}
`;

const DISRUPTION_BUDGET = `${head("PodDisruptionBudget", "policy/v1")}spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      ${selector(6, "server")}
`;

const NETWORK_POLICY = `{{- if .Values.networkPolicy.enabled }}
${head("NetworkPolicy", "networking.k8s.io/v1")}spec:
  podSelector:
    matchLabels:
      ${selector(6, "server")}
  policyTypes: ["Ingress", "Egress"]
  ingress:
    - from:
        {{- toYaml .Values.networkPolicy.from | nindent 8 }}
        {{- with .Values.networkPolicy.metricsFrom }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - port: {{ include "scheme" . }}
          protocol: TCP
  egress:
    {{- include "egress" . | nindent 4 }}
{{- end }}
`;

const SERVICE_MONITOR = `{{- if .Values.monitoring.serviceMonitor.enabled }}
${head("ServiceMonitor", "monitoring.coreos.com/v1", { labels: ".Values.monitoring.serviceMonitor.labels" })}spec:
  selector:
    matchLabels:
      ${selector(6)}
  endpoints:
    - port: {{ include "scheme" . }}
      path: /metrics
      interval: {{ .Values.monitoring.serviceMonitor.interval }}
      {{- if .Values.tls.secretName }}
      scheme: https
      tlsConfig:
        {{- if .Values.monitoring.serviceMonitor.tlsConfig }}
        {{- toYaml .Values.monitoring.serviceMonitor.tlsConfig | nindent 8 }}
        {{- else }}
        insecureSkipVerify: true
        {{- end }}
      {{- end }}
      {{- if not .Values.withoutKeys }}
      authorization:
        credentials:
          name: {{ .Values.monitoring.serviceMonitor.keySecret }}
          key: {{ .Values.monitoring.serviceMonitor.keyName }}
      {{- end }}
      relabelings:
        # The alert rules look for this job.
        - targetLabel: job
          replacement: modelwright
{{- end }}
`;

const PROMETHEUS_RULE = `{{- if .Values.monitoring.prometheusRule.enabled }}
${head("PrometheusRule", "monitoring.coreos.com/v1", { labels: ".Values.monitoring.prometheusRule.labels" })}spec:
  {{- .Files.Get "files/alerts.yaml" | nindent 2 }}
{{- end }}
`;

const DASHBOARD = `{{- if .Values.monitoring.dashboard.enabled }}
${head("ConfigMap", "v1", { suffix: "-dashboard", labels: ".Values.monitoring.dashboard.labels" })}data:
  modelwright.json: |-
    {{- .Files.Get "files/dashboard.json" | nindent 4 }}
{{- end }}
`;

function notes({ host, model }: ServiceFacts): string {
  return `{{ include "fullname" . }} answers at {{ include "scheme" . }}://{{ include "fullname" . }}.{{ .Release.Namespace }}:{{ .Values.service.port }}
  POST /v1/models/${model}/predict
{{- if .Values.networkPolicy.enabled }}
Pods of this namespace with the label modelwright.dev/client: ${host} may ask it.
{{- end }}
{{- if not .Values.withoutKeys }}
A request needs a key: authorization: Bearer <what stands in secrets/client.key>.
{{- end }}
`;
}

/** Templates by the name of their file. */
export function chartTemplates(facts: ServiceFacts): Record<string, string> {
  return {
    "_helpers.tpl": HELPERS,
    "deployment.yaml": deployment(facts),
    "service.yaml": SERVICE,
    "service-account.yaml": SERVICE_ACCOUNT,
    "autoscaler.yaml": AUTOSCALER,
    "disruption-budget.yaml": DISRUPTION_BUDGET,
    "network-policy.yaml": NETWORK_POLICY,
    "service-monitor.yaml": SERVICE_MONITOR,
    "prometheus-rule.yaml": PROMETHEUS_RULE,
    "dashboard.yaml": DASHBOARD,
    ...workerTemplates(facts),
    "NOTES.txt": notes(facts),
  };
}
