import { readdir, readFile } from "node:fs/promises";
import { machineTitle } from "../../bench/machine.mjs";
import { bfloat16Pytorch, float32Pytorch, ours, peers } from "../../bench/peers.mjs";
import { titles } from "../../bench/workloads/workloads.mjs";
import { fold, pageHead, table } from "./markdown.mjs";

const INTRODUCTION = `One training step, forward, backward, clipping and AdamW, in float32 where no other type is named, in Modelwright and beside it on the same cores in the
same minutes: medians with quartiles. \`npm run bench -- all --record\` measures and keeps the figures in \`bench/results\`, one file per processor, from which this page is made;
[bench/README.md](../../bench/README.md) says how, and what each peer was given to be fast.`;

const javaScriptPeers = peers.filter(({ isJavaScript }) => isJavaScript).map(({ name }) => name);
const milliseconds = (value) => value.toFixed(value < 20 ? 1 : 0).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20).toLocaleString("en");
const percent = (share) => `${Math.round(100 * share)} %`;

/** What `npm run bench -- --record` kept: per processor, records by the name of the workload; the newest PyTorch first. */
async function machines() {
  const folder = new URL("../../bench/results/", import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const all = await Promise.all(files.map(async (name) => JSON.parse(await readFile(new URL(name, folder), "utf8"))));
  return all
    .map((records) => ({ records: Object.entries(records), title: machineOf(Object.values(records)) }))
    .toSorted((a, b) => newestPytorch(b).localeCompare(newestPytorch(a), "en", { numeric: true }));
}

const pytorchVersions = (records) => [
  ...new Set(
    records.flatMap(({ peers: rows }) =>
      rows.filter(({ name }) => float32Pytorch.includes(name)).map(({ version }) => version),
    ),
  ),
];

const newestPytorch = ({ records }) => pytorchVersions(records.map(([, record]) => record)).join(" ");

/** Where figures come from: processor, its matrix instructions, and the versions that were compared. */
function machineOf(records) {
  const places = new Set(records.map(({ machine, threads }) => `${machineTitle(machine)}, ${threads} threads`));
  return `${[...places].join("; ")}, PyTorch ${pytorchVersions(records).join(", ")}`;
}

/** Every peer on every workload. */
export async function benchmarkPage() {
  const sections = (await machines()).flatMap(({ records, title }) => [
    // A heading cannot be folded: the processor alone names it, and all of where the figures come from stands below.
    `## ${records[0][1].machine.cpu}`,
    fold(`${title}.`),
    ...records.flatMap(([name, record]) => workloadSection(name, record)),
  ]);
  return `${[pageHead("The benchmark", INTRODUCTION), ...sections].join("\n\n")}\n`;
}

function workloadSection(name, record) {
  const { machine, rounds, parameters, flops, machinePeakGflops, absent } = record;
  const facts = `${(parameters / 1e6).toFixed(2)} M parameters, ${(flops / 1e9).toFixed(1)} GFLOP of matrix arithmetic per step; Node ${machine.node}, rounds: ${rounds}; the machine's peak is ${Math.round(machinePeakGflops)} GFLOP/s.`;
  const missing = absent.map(({ label, absence }) => `${label} is absent: ${absence.split("\n")[0]}.`);
  return [`### ${titles[name]}`, fold(facts), table(HEAD, record.peers.map(row)), ...missing, ...caution([record])];
}

const HEAD = ["peer", "step, ms", "quartiles", "× ours", "GFLOP/s", "of peak", "peak memory, MiB", "losses differ by"];

function row(peer) {
  const { name, label, version, stepMs, stepMsLow, stepMsHigh, timesOurs, gflops, shareOfPeak, losses } = peer;
  return [
    `${label} ${version}`,
    milliseconds(stepMs),
    `${milliseconds(stepMsLow)}–${milliseconds(stepMsHigh)}`,
    timesOurs.toFixed(2),
    gflops.toFixed(1),
    percent(shareOfPeak),
    mebibytes(peer.peakMemoryBytes),
    name === ours
      ? "–"
      : `${losses.first.toExponential(0)} at first, ${losses.all.toExponential(0)} in ${losses.steps} steps`,
  ];
}

const SUMMARY_HEAD = [
  "one training step",
  "Modelwright",
  "PyTorch, the faster way",
  "× PyTorch",
  "× PyTorch in bfloat16",
  "best in JavaScript",
  "× that",
  "peak memory of ours and PyTorch, MiB",
];

/** Per machine: Modelwright beside the faster PyTorch, PyTorch in bfloat16 and the fastest peer in JavaScript. */
export async function benchmarkSummary() {
  return (await machines())
    .flatMap(({ records, title }) => [
      fold(`On ${title}:`),
      table(SUMMARY_HEAD, records.map(summaryRow)),
      ...caution(records.map(([, record]) => record)),
    ])
    .join("\n\n");
}

function summaryRow([name, { peers: all }]) {
  const fastest = (names) => all.filter((peer) => names.includes(peer.name)).toSorted((a, b) => a.stepMs - b.stepMs)[0];
  const [own, torch, rival] = [fastest([ours]), fastest(float32Pytorch), fastest(javaScriptPeers)];
  const step = (peer) => `${milliseconds(peer.stepMs)} ms`;
  const named = (peer) => (peer === undefined ? "–" : `${shortLabel(peer)}: ${step(peer)}`);
  const times = (peer) => peer?.timesOurs.toFixed(2) ?? "–";
  return [
    titles[name],
    step(own),
    named(torch),
    times(torch),
    times(fastest([bfloat16Pytorch])),
    named(rival),
    times(rival),
    [own, torch].flatMap((peer) => (peer === undefined ? [] : mebibytes(peer.peakMemoryBytes))).join(", "),
  ];
}

/** A peer's name as it is called now, without "PyTorch" where the column says that. */
const shortLabel = ({ name }) => peers.find((peer) => peer.name === name).label.replace("PyTorch, ", "");

/** A sentence where other work took part in the measurement. */
function caution(all) {
  return all.some(({ disturbed }) => disturbed.length > 0)
    ? ["Other work took part in this measurement: only large ratios are to be read."]
    : [];
}
