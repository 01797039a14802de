import { WORKER_PORT } from "../service/container.ts";
import type { ServiceFacts } from "../service/service-facts.ts";
import { head, selector } from "./labels.ts";
import { podTemplate } from "./pod.ts";

/** Templates of the pods that answer a queue, by the name of their file. */
export function workerTemplates(facts: ServiceFacts): Record<string, string> {
  const templates = {
    "worker-deployment.yaml": deployment(facts),
    "worker-network-policy.yaml": NETWORK_POLICY,
    "worker-pod-monitor.yaml": POD_MONITOR,
  };
  return Object.fromEntries(
    Object.entries(templates).map(([name, { when, text }]) => [name, `{{- if ${when} }}\n${text}{{- end }}\n`]),
  );
}

function deployment({ model }: ServiceFacts) {
  const template = podTemplate({
    component: "worker",
    args: `- worker
- ${JSON.stringify(model)}
- --queue={{ .Values.worker.queue }}
- --concurrency={{ .Values.worker.concurrency }}
- --host=0.0.0.0
- --port=${WORKER_PORT}
- --workers=1
- --threads={{ .Values.threads }}`,
    env: `- name: MODELWRIGHT_REDIS
  valueFrom:
    secretKeyRef:
      name: {{ required "worker.redisSecret must name a Secret with the address of Redis" .Values.worker.redisSecret }}
      key: {{ .Values.worker.redisKey }}`,
    port: { name: "metrics", number: WORKER_PORT },
    // While Redis is away a worker is not ready; a new one would not reach it either.
    probes: `startupProbe:
  httpGet:
    path: /metrics
    port: metrics
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet:
    path: /health
    port: metrics
  periodSeconds: 5
livenessProbe:
  httpGet:
    path: /metrics
    port: metrics
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6`,
    resources: "(.Values.worker.resources | default .Values.resources)",
  });
  return {
    when: ".Values.worker.enabled",
    text: `${head("Deployment", "apps/v1", { suffix: "-worker" })}spec:
  replicas: {{ .Values.worker.replicas }}
  selector:
    matchLabels:
      ${selector(6, "worker")}
  ${template}`,
  };
}

/** Nobody asks a worker but Prometheus. */
const NETWORK_POLICY = {
  when: "and .Values.worker.enabled .Values.networkPolicy.enabled",
  text: `${head("NetworkPolicy", "networking.k8s.io/v1", { suffix: "-worker" })}spec:
  podSelector:
    matchLabels:
      ${selector(6, "worker")}
  policyTypes: ["Ingress", "Egress"]
  ingress:
    {{- with .Values.networkPolicy.metricsFrom }}
    - from:
        {{- toYaml . | nindent 8 }}
      ports:
        - port: metrics
          protocol: TCP
    {{- else }}
    []
    {{- end }}
  egress:
    {{- include "egress" . | nindent 4 }}
    - ports:
        - port: {{ .Values.networkPolicy.ports.redis }}
          protocol: TCP
`,
};

/** There is no Service before workers, by which a ServiceMonitor could find them. */
const POD_MONITOR = {
  when: "and .Values.worker.enabled .Values.monitoring.serviceMonitor.enabled",
  text: `${head("PodMonitor", "monitoring.coreos.com/v1", { suffix: "-worker", labels: ".Values.monitoring.serviceMonitor.labels" })}spec:
  selector:
    matchLabels:
      ${selector(6, "worker")}
  podMetricsEndpoints:
    - port: metrics
      path: /metrics
      interval: {{ .Values.monitoring.serviceMonitor.interval }}
      relabelings:
        # The alert rules look for this job.
        - targetLabel: job
          replacement: modelwright
`,
};
