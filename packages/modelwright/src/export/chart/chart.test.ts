import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { verbNames } from "../../cli/program.ts";
import { USER_ID } from "../service/container.ts";
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

async function rendered(name: string): Promise<ReadonlyMap<string, Resource>> {
  const documents = parseAllDocuments(await fixture(`${name}.yaml`)).map((document) => document.toJS() as Resource);
  return new Map(documents.filter((document) => document !== null).map((resource) => [resource.kind, resource]));
}

test("the fixtures are what Helm made of this chart", async () => {
  const facts = JSON.parse(await fixture("facts.json"));
  const digest = (await fixture("chart.sha256")).trim();
  expect(chartDigest(chartFiles(facts)), "run test/conformance/kubernetes/check.mjs with --write").toBe(digest);
  expect(Object.keys(serviceFiles(facts))).toContain("chart/templates/deployment.yaml");
});

describe.each(["default", "everything", "open"])("with the settings %s", (name) => {
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
    expect(writable).toEqual([{ name: "temporary", mountPath: "/tmp" }]);
    expect(container.resources.limits.memory).toBe(container.resources.requests.memory);
  });

  test("it is asked on the port where it listens, and ends after the requests do", async () => {
    const resources = await rendered(name);
    const { spec } = resources.get("Deployment")!.spec.template;
    const [{ args, ports, startupProbe, readinessProbe, livenessProbe }] = spec.containers;
    expect(verbNames).toContain(args[0]);
    expect(args).toEqual(expect.arrayContaining(["--host=0.0.0.0", `--port=${ports[0].containerPort}`]));
    expect(args.includes("--without-keys")).toBe(name === "open");
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) expect(httpGet.port).toBe(ports[0].name);
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
  expect(env).toEqual([
    { name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: "models-database", key: "password" } } },
  ]);
  expect(volumeMounts).toContainEqual({ name: "files", mountPath: "/files", readOnly: true });
});
