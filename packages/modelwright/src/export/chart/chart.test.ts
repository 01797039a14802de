import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { USER_ID, WORKER_PORT } from "../service/container.ts";
import { serviceFiles } from "../service/write-service.ts";
import { chartDigest } from "./chart-digest.ts";
import { chartFiles } from "./chart-files.ts";

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  // biome-ignore lint/suspicious/noExplicitAny: what Helm made, of many kinds
  readonly spec: any;
  readonly data?: Readonly<Record<string, string>>;
}

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url), "utf8");

/** Resources by their kind, those of workers as `Deployment-worker`. */
async function rendered(name: string): Promise<ReadonlyMap<string, Resource>> {
  const documents = parseAllDocuments(await fixture(`${name}.yaml`)).map((document) => document.toJS() as Resource);
  const resources = documents.filter((document) => document !== null);
  return new Map(
    resources.map((each) => [`${each.kind}${each.metadata.name.endsWith("-worker") ? "-worker" : ""}`, each]),
  );
}

test("the fixtures are what Helm made of this chart", async () => {
  const facts = JSON.parse(await fixture("facts.json"));
  const digest = (await fixture("chart.sha256")).trim();
  expect(chartDigest(chartFiles(facts)), "run test/conformance/kubernetes/check.mjs with --write").toBe(digest);
  expect(Object.keys(serviceFiles(facts))).toContain("chart/templates/deployment.yaml");
});

describe.each(["default", "everything", "team", "open"])("with the settings %s", (name) => {
  test("services, budgets, policies and the autoscaler find the pods", async () => {
    const resources = await rendered(name);
    const deployment = resources.get("Deployment")!;
    const { labels } = deployment.spec.template.metadata;
    const selectors = [
      deployment.spec.selector.matchLabels,
      resources.get("Service")!.spec.selector,
      resources.get("PodDisruptionBudget")!.spec.selector.matchLabels,
      resources.get("NetworkPolicy")?.spec.podSelector.matchLabels ?? {},
      deployment.spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels,
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    expect(resources.get("HorizontalPodAutoscaler")!.spec.scaleTargetRef.name).toBe(deployment.metadata.name);
    expect(deployment.spec.template.spec.serviceAccountName).toBe(resources.get("ServiceAccount")!.metadata.name);
    // The autoscaler would be undone at every upgrade.
    expect(deployment.spec).not.toHaveProperty("replicas");
  });

  test("a pod cannot write, become root or reach the cluster's API", async () => {
    const { spec } = (await rendered(name)).get("Deployment")!.spec.template;
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: USER_ID,
      seccompProfile: { type: "RuntimeDefault" },
    });
    const [container, ...others] = spec.containers;
    expect(others).toEqual([]);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const writable = container.volumeMounts.filter((mount: { readOnly?: boolean }) => mount.readOnly !== true);
    const cache = name === "team" ? [{ name: "cache", mountPath: "/cache" }] : [];
    expect(writable).toEqual([{ name: "temporary", mountPath: "/tmp" }, ...cache]);
    expect(container.resources.limits.memory).toBe(container.resources.requests.memory);
  });

  test("it is asked on the port where it listens, and ends after the requests do", async () => {
    const resources = await rendered(name);
    const { spec } = resources.get("Deployment")!.spec.template;
    const [{ args, ports, startupProbe, readinessProbe, livenessProbe }] = spec.containers;
    expect(args).toEqual(expect.arrayContaining(["--host=0.0.0.0", `--port=${ports[0].containerPort}`]));
    expect(args.includes("--without-keys")).toBe(name === "open");
    const scheme = name === "team" ? "https" : "http";
    expect(ports[0].name).toBe(scheme);
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe])
      expect(httpGet).toMatchObject({ port: scheme, scheme: scheme.toUpperCase() });
    expect(resources.get("Service")!.spec.ports[0].targetPort).toBe(ports[0].name);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
  });
});

test("what Prometheus and Grafana fill in is left to them", async () => {
  const everything = await rendered("everything");
  expect(everything.get("PrometheusRule")!.spec.groups[0].rules[0].annotations.summary).toBe("{{ $labels.instance }}");
  expect(JSON.parse(everything.get("ConfigMap")!.data!["modelwright.json"]!)).toEqual({ title: "{{model}}" });
  const [endpoint] = everything.get("ServiceMonitor")!.spec.endpoints;
  expect(endpoint.authorization.credentials).toEqual({ name: "mail-triage-keys", key: "prometheus.key" });
  expect(endpoint.relabelings).toContainEqual({ targetLabel: "job", replacement: "modelwright" });
  expect((await rendered("open")).get("ServiceMonitor")!.spec.endpoints[0]).not.toHaveProperty("authorization");
});

test("a registry on PostgreSQL comes with its password and its files", async () => {
  const { spec } = (await rendered("everything")).get("Deployment")!.spec.template;
  const [{ args, env, volumeMounts }] = spec.containers;
  expect(args).toContain("--registry=postgres://models@db.example/models?files=/files");
  expect(env).toContainEqual({
    name: "PGPASSWORD",
    valueFrom: { secretKeyRef: { name: "models-database", key: "password" } },
  });
  expect(volumeMounts).toContainEqual({ name: "files", mountPath: "/files", readOnly: true });
});

test("pods reach what their settings name, and nothing else", async () => {
  const reached = async (name: string, kind = "NetworkPolicy") => {
    const egress: { ports: { port: number }[] }[] = (await rendered(name)).get(kind)!.spec.egress;
    return [...new Set(egress.flatMap(({ ports }) => ports.map(({ port }) => port)))];
  };
  expect(await reached("default")).toEqual([53]);
  expect(await reached("everything")).toEqual([53, 5432, 4318]);
  expect(await reached("team")).toEqual([53, 5432, 443]);
  expect(await reached("team", "NetworkPolicy-worker")).toEqual([53, 5432, 443, 6379]);
});

describe("for a team", () => {
  test("files on S3 are read by a key of their own, into a folder with room", async () => {
    const { spec } = (await rendered("team")).get("Deployment")!.spec.template;
    const [{ env, envFrom, volumeMounts }] = spec.containers;
    expect(envFrom).toEqual([{ secretRef: { name: "models-files" } }]);
    const { mountPath } = volumeMounts.find((mount: { name: string }) => mount.name === "cache");
    expect(env).toContainEqual({ name: "MODELWRIGHT_HOME", value: mountPath });
    expect(spec.volumes).toContainEqual({ name: "cache", emptyDir: { sizeLimit: "25Gi" } });
    // Of secrets the pods have names alone.
    expect(JSON.stringify([env, envFrom])).not.toMatch(/"value":"[^"]*(?:secret|password)/i);
  });

  test("it answers by the certificate of a Secret, and Prometheus asks so", async () => {
    const resources = await rendered("team");
    const { spec } = resources.get("Deployment")!.spec.template;
    const [{ args, volumeMounts }] = spec.containers;
    const { mountPath } = volumeMounts.find((mount: { name: string }) => mount.name === "tls");
    expect(args).toEqual(
      expect.arrayContaining([`--tls-certificate=${mountPath}/tls.crt`, `--tls-key=${mountPath}/tls.key`]),
    );
    expect(spec.volumes).toContainEqual({
      name: "tls",
      secret: { secretName: "mails-certificate", defaultMode: 0o440 },
    });
    expect(resources.get("Service")!.spec.ports).toEqual([{ name: "https", port: 443, targetPort: "https" }]);
    expect(resources.get("NetworkPolicy")!.spec.ingress[0].ports[0].port).toBe("https");
    const [endpoint] = resources.get("ServiceMonitor")!.spec.endpoints;
    expect(endpoint).toMatchObject({ port: "https", scheme: "https", tlsConfig: { serverName: "mails.example" } });
    // Whoever says how it is checked means it.
    expect(endpoint.tlsConfig).not.toHaveProperty("insecureSkipVerify");
  });

  test("workers answer the queue, and are no servers to anybody", async () => {
    const resources = await rendered("team");
    const { spec } = resources.get("Deployment-worker")!;
    const { labels } = spec.template.metadata;
    const [{ args, env, ports, startupProbe, readinessProbe, livenessProbe, resources: needed }] =
      spec.template.spec.containers;
    expect(args).toEqual(expect.arrayContaining(["--host=0.0.0.0", `--port=${WORKER_PORT}`]));
    expect(args).toContain("--registry=postgres://models@db.example/models?files=s3://models/team&region=eu-central-1");
    expect(env).toContainEqual({
      name: "MODELWRIGHT_REDIS",
      valueFrom: { secretKeyRef: { name: "mails-redis", key: "url" } },
    });
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) expect(httpGet.port).toBe(ports[0].name);
    expect(livenessProbe.httpGet.path).not.toBe("/health");
    expect(needed).toEqual({ requests: { memory: "1Gi" } });
    for (const finder of ["Deployment-worker", "NetworkPolicy-worker", "PodMonitor-worker"]) {
      const { selector, podSelector = selector } = resources.get(finder)!.spec;
      expect(labels, finder).toMatchObject(podSelector.matchLabels);
    }
    expect(resources.get("PodMonitor-worker")!.spec.podMetricsEndpoints[0].port).toBe(ports[0].name);
    const server = resources.get("Deployment")!.spec.selector.matchLabels;
    expect(resources.get("Service")!.spec.selector).toEqual(server);
    expect(resources.get("PodDisruptionBudget")!.spec.selector.matchLabels).toEqual(server);
    expect(labels).not.toMatchObject(server);
    expect([...(await rendered("everything")).keys()].filter((kind) => kind.endsWith("-worker"))).toEqual([]);
  });
});
