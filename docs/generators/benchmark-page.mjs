import { readFile } from "node:fs/promises";
import { machineTitle } from "../../bench/machine.mjs";
import { bfloat16Pytorch, float32Pytorch, ours, peers } from "../../bench/peers.mjs";
import { titles } from "../../bench/workloads/workloads.mjs";
import { fold, pageHead, table } from "./markdown.mjs";

const INTRODUCTION = `One training step, forward, backward, clipping and AdamW, in float32 where no other type is named, in Modelwright and beside it on the same cores in the
same minutes: medians with quartiles. \`npm run bench -- all --record\` measures and keeps the figures in \`bench/results.json\`, from which this page is made;
[bench/README.md](../../bench/README.md) says how, and what each peer was given to be fast.`;

const javaScriptPeers = peers.filter(({ isJavaScript }) => isJavaScript).map(({ name }) => name);
const milliseconds = (value) => value.toFixed(value < 20 ? 1 : 0).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20).toLocaleString("en");
const percent = (share) => `${Math.round(100 * share)} %`;

/** What `npm run bench -- --record` kept, by the name of the workload. */
async function records() {
  return JSON.parse(await readFile(new URL("../../bench/results.json", import.meta.url), "utf8"));
}

/** Every peer on every workload. */
export async function benchmarkPage() {
  const sections = Object.entries(await records()).map(([name, record]) => {
    const { machine, threads, rounds, parameters, flops, machinePeakGflops, absent } = record;
    const facts = `${(parameters / 1e6).toFixed(2)} M parameters, ${(flops / 1e9).toFixed(1)} GFLOP of matrix arithmetic per step; ${machineTitle(machine)}, ${threads} threads, Node ${machine.node}, rounds: ${rounds}; the machine's peak is ${Math.round(machinePeakGflops)} GFLOP/s.`;
    const missing = absent.map(({ label, absence }) => `${label} is absent: ${absence.split("\n")[0]}.`);
    return [
      `## ${titles[name]}`,
      fold(facts),
      table(HEAD, record.peers.map(row)),
      ...missing,
      ...caution([record]),
    ].join("\n\n");
  });
  return `${[pageHead("The benchmark", INTRODUCTION), ...sections].join("\n\n")}\n`;
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

/** Modelwright beside the faster PyTorch, PyTorch in bfloat16 and the fastest peer in JavaScript: one line per workload. */
export async function benchmarkSummary() {
  const kept = Object.entries(await records());
  const head = [
    "one training step",
    "Modelwright",
    "PyTorch, the faster way",
    "× PyTorch",
    "× PyTorch in bfloat16",
    "best in JavaScript",
    "× that",
    "peak memory of ours and PyTorch, MiB",
  ];
  const rows = kept.map(([name, { peers: all }]) => {
    const find = (wanted) => all.find((peer) => peer.name === wanted);
    const fastest = (names) =>
      all.filter((peer) => names.includes(peer.name)).toSorted((a, b) => a.stepMs - b.stepMs)[0];
    const [own, torch, rival] = [find(ours), fastest(float32Pytorch), fastest(javaScriptPeers)];
    const step = (peer) => (peer === undefined ? "–" : `${milliseconds(peer.stepMs)} ms`);
    const named = (peer) => (peer === undefined ? "–" : `${peer.label.replace("PyTorch, ", "")}: ${step(peer)}`);
    const times = (peer) => peer?.timesOurs.toFixed(2) ?? "–";
    const memory = [own, torch].filter((peer) => peer !== undefined);
    return [
      titles[name],
      step(own),
      named(torch),
      times(torch),
      times(find(bfloat16Pytorch)),
      named(rival),
      times(rival),
      memory.map(({ peakMemoryBytes }) => mebibytes(peakMemoryBytes)).join(", "),
    ];
  });
  const all = kept.map(([, record]) => record);
  return [table(head, rows), fold(machines(all)), ...caution(all)].join("\n\n");
}

/** Where the figures come from: processor, its matrix instructions, and the versions that were compared. */
function machines(all) {
  const places = new Set(
    all.map(({ machine, threads }) => `${machineTitle(machine)}, ${threads} threads, Node ${machine.node}`),
  );
  const versions = new Set(
    all.flatMap(({ peers: rows }) =>
      rows.filter(({ name }) => float32Pytorch.includes(name)).map(({ version }) => version),
    ),
  );
  return `Measured on ${[...places].join("; ")}; PyTorch ${[...versions].join(", ")}, eager and compiled (\`torch.compile\`).`;
}

/** A sentence where other work took part in the measurement. */
function caution(all) {
  return all.some(({ disturbed }) => disturbed.length > 0)
    ? ["Other work took part in this measurement: only large ratios are to be read."]
    : [];
}
