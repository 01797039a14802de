import { FILES, USER_ID } from "../service/container.ts";
import type { ServiceFacts } from "../service/service-facts.ts";

const MIB = 2 ** 20;

/** What Node.js, ONNX Runtime and Modelwright take before there is a model: a rule, not measured. */
const BASE_MIB = 512;
/** A version is in memory once while it serves, and once more while the next one is loaded beside it. */
const COPIES = 4;

/** Memory that a pod is given, rounded up to a quarter of a GiB. */
function memoryMiB(sizeBytes: number): number {
  return Math.ceil((BASE_MIB + (COPIES * sizeBytes) / MIB) / 256) * 256;
}

/** The chart's settings, each with the reason why one would change it. */
export function valuesFile({ host, version, sizeBytes }: ServiceFacts): string {
  return `# What "docker build" made of the folder above, where the cluster can pull it.
image:
  repository: ${host}-service
  tag: "${version}"
  pullPolicy: IfNotPresent
imagePullSecrets: []

autoscaling:
  minReplicas: 2
  maxReplicas: 10
  # Per cent of the processor time that is requested below.
  targetCPU: 70

# Threads of the model: as many as cores are requested. Node.js sees the cores of the machine, not those of the pod.
threads: 2
resources:
  requests:
    cpu: "2"
    memory: ${memoryMiB(sizeBytes)}Mi
  limits:
    memory: ${memoryMiB(sizeBytes)}Mi

registry:
  # Empty: the version in the image, which only a new image changes.
  # With postgres://user@host/database?files=/files, or ?files=s3://bucket/prefix, an alias that moves there is followed.
  url: ""
  # A Secret with the database's password.
  passwordSecret: ""
  passwordKey: password
  # A PersistentVolumeClaim with the files of that registry, mounted at ${FILES} for reading.
  filesClaim: ""
  s3:
    # A Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_REGION where the URL has no region: what stands in
    # it becomes variables. Empty: the service account below has a role.
    secret: ""
    # Room for copies of what is read. More than the URL's cache= (20GiB), or the pod is evicted.
    cache: 25Gi

# HTTPS by a Secret of the type kubernetes.io/tls, such as cert-manager keeps; a new certificate is taken without a restart.
tls:
  secretName: ""

# Pods that answer the queue of Redis, which programs fill through BullMQ.
worker:
  enabled: false
  replicas: 1
  # A Secret with the address: redis://:password@host:6379, or rediss:// for TLS.
  redisSecret: ""
  redisKey: url
  queue: predictions
  # Jobs under way at once in each of them.
  concurrency: 64
  # Empty: as above.
  resources: {}

# Lets requests in without a key. Then only the network policy below says who may ask.
withoutKeys: false

service:
  type: ClusterIP
  # Where there is a certificate, 443 is what clients expect.
  port: 80

serviceAccount:
  # Such as eks.amazonaws.com/role-arn, which lets pods read a bucket.
  annotations: {}

networkPolicy:
  enabled: true
  # Who may ask, as NetworkPolicy has it. The default: pods of this namespace with the label below.
  from:
    - podSelector:
        matchLabels:
          modelwright.dev/client: ${host}
  # Where Prometheus runs.
  metricsFrom:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: monitoring
  # Pods may reach these ports, of what is set above and no other, and names (DNS).
  ports:
    database: 5432
    files: 443
    redis: 6379
  # What they may reach beside, such as a collector of traces.
  egress: []

# For Prometheus by its operator (kind ServiceMonitor and PrometheusRule), and for Grafana's sidecar.
monitoring:
  serviceMonitor:
    enabled: false
    interval: 15s
    # A Secret with the key of the file secrets/prometheus.key.
    keySecret: ${host}-keys
    keyName: prometheus.key
    # How the certificate is checked. Prometheus asks pods by their addresses, which it does not name: give a serverName that
    # it names, and the CA. Empty: it is not checked.
    tlsConfig: {}
    labels: {}
  prometheusRule:
    enabled: false
    labels: {}
  dashboard:
    enabled: false
    labels:
      grafana_dashboard: "1"

# Longer than a request may take (30 s), and than a load balancer needs to see that a pod leaves.
terminationGracePeriodSeconds: 45
# Size of /tmp, the only place that a pod can write to beside copies of what lies on S3.
temporary: 256Mi
runAsUser: ${USER_ID}
podAnnotations: {}
podLabels: {}
nodeSelector: {}
tolerations: []
affinity: {}
`;
}
