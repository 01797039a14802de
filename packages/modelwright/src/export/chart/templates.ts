import type { ServiceFacts } from "../service/service-facts.ts";

const LABELS = `app.kubernetes.io/name: {{ .Chart.Name }}
    app.kubernetes.io/instance: {{ .Release.Name }}
    app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
    app.kubernetes.io/managed-by: {{ .Release.Service }}
    helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}`;

const SELECTOR = ["app.kubernetes.io/name: {{ .Chart.Name }}", "app.kubernetes.io/instance: {{ .Release.Name }}"];

/** The labels by which pods are found, so far to the right. */
function selector(indent: number): string {
  return SELECTOR.join(`\n${" ".repeat(indent)}`);
}

function head(kind: string, apiVersion: string, more = ""): string {
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: {{ include "fullname" . }}
  labels:
    ${LABELS}${more}
`;
}

const HELPERS = `{{/* The release's name, with the chart's where it says something else. */}}
{{- define "fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end -}}
`;

function deployment({ model }: ServiceFacts): string {
  return `${head("Deployment", "apps/v1")}spec:
  # The autoscaler sets the number of replicas.
  strategy:
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      ${selector(6)}
  template:
    metadata:
      labels:
        ${selector(8)}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "fullname" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: {{ .Values.runAsUser }}
        runAsGroup: {{ .Values.runAsUser }}
        fsGroup: {{ .Values.runAsUser }}
        seccompProfile:
          type: RuntimeDefault
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              ${selector(14)}
      containers:
        - name: model
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          args:
            - serve
            - ${JSON.stringify(model)}
            - --host=0.0.0.0
            - --port=8000
            - --workers=1
            - --threads={{ .Values.threads }}
            - --log
            - --registry={{ .Values.registry.url | default "registry" }}
            {{- if .Values.withoutKeys }}
            - --without-keys
            {{- end }}
          {{- if .Values.registry.passwordSecret }}
          env:
            - name: PGPASSWORD
              valueFrom:
                secretKeyRef:
                  name: {{ .Values.registry.passwordSecret }}
                  key: {{ .Values.registry.passwordKey }}
          {{- end }}
          ports:
            - name: http
              containerPort: 8000
          startupProbe:
            httpGet:
              path: /v2/health/ready
              port: http
            periodSeconds: 2
            failureThreshold: 60
          readinessProbe:
            httpGet:
              path: /v2/health/ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /v2/health/live
              port: http
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          lifecycle:
            # Load balancers send requests to a pod until they have heard that it leaves.
            preStop:
              exec:
                command: ["sleep", "5"]
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: ["ALL"]
          volumeMounts:
            - name: temporary
              mountPath: /tmp
            {{- if .Values.registry.filesClaim }}
            - name: files
              mountPath: /files
              readOnly: true
            {{- end }}
      volumes:
        - name: temporary
          emptyDir:
            sizeLimit: {{ .Values.temporary }}
        {{- if .Values.registry.filesClaim }}
        - name: files
          persistentVolumeClaim:
            claimName: {{ .Values.registry.filesClaim }}
        {{- end }}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`;
}

const SERVICE_ACCOUNT = `${head("ServiceAccount", "v1")}automountServiceAccountToken: false
`;

const SERVICE = `${head("Service", "v1")}spec:
  type: {{ .Values.service.type }}
  ports:
    - name: http
      port: {{ .Values.service.port }}
      targetPort: http
  selector:
    ${selector(4)}
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
      ${selector(6)}
`;

const NETWORK_POLICY = `{{- if .Values.networkPolicy.enabled }}
${head("NetworkPolicy", "networking.k8s.io/v1")}spec:
  podSelector:
    matchLabels:
      ${selector(6)}
  policyTypes: ["Ingress", "Egress"]
  ingress:
    - from:
        {{- toYaml .Values.networkPolicy.from | nindent 8 }}
        {{- with .Values.networkPolicy.metricsFrom }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - port: http
          protocol: TCP
  egress:
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
    {{- with .Values.networkPolicy.egress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
`;

const SERVICE_MONITOR = `{{- if .Values.monitoring.serviceMonitor.enabled }}
${head(
  "ServiceMonitor",
  "monitoring.coreos.com/v1",
  `
    {{- with .Values.monitoring.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}`,
)}spec:
  selector:
    matchLabels:
      ${selector(6)}
  endpoints:
    - port: http
      path: /metrics
      interval: {{ .Values.monitoring.serviceMonitor.interval }}
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
${head(
  "PrometheusRule",
  "monitoring.coreos.com/v1",
  `
    {{- with .Values.monitoring.prometheusRule.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}`,
)}spec:
  {{- .Files.Get "files/alerts.yaml" | nindent 2 }}
{{- end }}
`;

const DASHBOARD = `{{- if .Values.monitoring.dashboard.enabled }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "fullname" . }}-dashboard
  labels:
    ${LABELS}
    {{- with .Values.monitoring.dashboard.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
data:
  modelwright.json: |-
    {{- .Files.Get "files/dashboard.json" | nindent 4 }}
{{- end }}
`;

function notes({ host, model }: ServiceFacts): string {
  return `{{ include "fullname" . }} answers at http://{{ include "fullname" . }}.{{ .Release.Namespace }}:{{ .Values.service.port }}
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
    "NOTES.txt": notes(facts),
  };
}
