// The chart of an exported service against Helm and the schemas of Kubernetes; with --write, the fixtures of the unit tests anew.
//
//   npx tsc -b
//   GOBIN=DIR go install helm.sh/helm/v3/cmd/helm@v3.22.0
//   python3 -m venv VENV && VENV/bin/pip install -r test/conformance/kubernetes/requirements.txt
//   node test/conformance/kubernetes/check.mjs DIR/helm VENV/bin/kubernetes-validate [--write]
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { chartDigest } from "../../../packages/modelwright/dist/export/chart/chart-digest.js";
import { chartFiles } from "../../../packages/modelwright/dist/export/chart/chart-files.js";

const run = promisify(execFile);
const FIXTURES = new URL("../../../packages/modelwright/src/export/chart/fixtures/", import.meta.url);
/** The oldest and the newest Kubernetes whose schemas are at hand. */
const KUBERNETES = ["1.27.0", "1.37.0"];

/** What somebody might set, by the name of the fixture. */
const SETTINGS = {
  default: [],
  everything: [
    "monitoring.serviceMonitor.enabled=true",
    "monitoring.prometheusRule.enabled=true",
    "monitoring.dashboard.enabled=true",
    "registry.url=postgres://models@db.example/models?files=/files",
    "registry.passwordSecret=models-database",
    "registry.filesClaim=models-files",
    "networkPolicy.egress[0].ports[0].port=4318",
    "imagePullSecrets[0].name=registry",
    "podLabels.team=mails",
    "podAnnotations.note=yes it is",
    "nodeSelector.disk=ssd",
    "tolerations[0].operator=Exists",
  ],
  team: [
    "tls.secretName=mails-certificate",
    "service.port=443",
    "registry.url=postgres://models@db.example/models?files=s3://models/team&region=eu-central-1",
    "registry.passwordSecret=models-database",
    "registry.s3.secret=models-files",
    "worker.enabled=true",
    "worker.redisSecret=mails-redis",
    "worker.resources.requests.memory=1Gi",
    "monitoring.serviceMonitor.enabled=true",
    "monitoring.serviceMonitor.tlsConfig.serverName=mails.example",
    "monitoring.serviceMonitor.tlsConfig.ca.secret.name=mails-certificate",
    "monitoring.serviceMonitor.tlsConfig.ca.secret.key=ca.crt",
    "serviceAccount.annotations.role=reader",
  ],
  open: ["withoutKeys=true", "networkPolicy.enabled=false", "monitoring.serviceMonitor.enabled=true"],
};

/** In the place of what changes with every alert; Helm must leave what Prometheus fills in. */
const STAND_INS = {
  "files/alerts.yaml":
    "groups:\n  - name: some\n    rules:\n      - alert: Some\n        expr: up == 0\n        annotations:\n          summary: '{{ $labels.instance }}'\n",
  "files/dashboard.json": '{ "title": "{{model}}" }\n',
};

const [helm = "helm", validate = "kubernetes-validate", ...flags] = process.argv.slice(2);
const facts = JSON.parse(await readFile(new URL("facts.json", FIXTURES), "utf8"));
const folder = await mkdtemp(join(tmpdir(), "modelwright-chart-"));
try {
  const chart = join(folder, "chart");
  for (const [path, text] of Object.entries({ ...chartFiles(facts), ...STAND_INS })) {
    await mkdir(dirname(join(chart, path)), { recursive: true });
    await writeFile(join(chart, path), text);
  }
  await run(helm, ["lint", "--strict", chart]);
  let documents = 0;
  for (const [name, settings] of Object.entries(SETTINGS)) {
    const set = settings.flatMap((setting) => ["--set", setting]);
    const release = ["template", "mails", chart, "--namespace", "models", "--kube-version", "1.30.0", ...set];
    const { stdout } = await run(helm, release, { maxBuffer: 2 ** 24 });
    const rendered = join(folder, `${name}.yaml`);
    // Kinds of Prometheus' operator have no schema there.
    await writeFile(rendered, withoutOperator(stdout));
    for (const version of KUBERNETES) {
      const { stdout: said, stderr } = await run(validate, ["--strict", "-k", version, rendered]);
      documents += `${said}${stderr}`.match(/ passed /g)?.length ?? 0;
    }
    if (flags.includes("--write")) await writeFile(new URL(`${name}.yaml`, FIXTURES), stdout);
    else if ((await readFile(new URL(`${name}.yaml`, FIXTURES), "utf8")) !== stdout)
      throw new Error(`fixtures/${name}.yaml is not what Helm makes of the chart: run this with --write`);
  }
  const digest = `${chartDigest(chartFiles(facts))}\n`;
  if (flags.includes("--write")) await writeFile(new URL("chart.sha256", FIXTURES), digest);
  console.log(`helm lint passes; ${documents} documents keep to the schemas of Kubernetes ${KUBERNETES.join(" and ")}`);
  if (documents === 0) throw new Error("no document was validated");
} finally {
  await rm(folder, { recursive: true, force: true });
}

function withoutOperator(yaml) {
  const documents = yaml.split(/^---$/m);
  return documents.filter((document) => !document.includes("monitoring.coreos.com/")).join("---");
}
