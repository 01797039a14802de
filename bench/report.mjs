// From samples to the printed tables.
import { peers as known, ours } from "./peers.mjs";

/** Relative difference of two losses of the same step beyond which two peers do not compute the same thing. */
const LOSS_TOLERANCE = 1e-3;

/** Load average for each core at the start beyond which other work takes part in the measurement. */
const QUIET_LOAD = 0.25;

/** A peer's upper over its lower quartile of steps beyond which something disturbed it. */
const STEADY_SPREAD = 1.5;

const toleranceOf = (name) => known.find((peer) => peer.name === name)?.lossTolerance;

/** How often our processor time a step took; nothing where one of the two does not tell. */
function processorTimesOurs(reference, { processorMilliseconds }) {
  if (processorMilliseconds.length === 0 || reference.processorMilliseconds.length === 0) return {};
  return { processorTimesOurs: median(processorMilliseconds) / median(reference.processorMilliseconds) };
}

/** Value below which a share of all values lies, interpolated; NaN for none. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

export const median = (values) => quantile(values, 0.5);

/**
 * Condenses the samples of all peers on one workload.
 *
 * The machine's peak is the best median of a 2048³ product that any peer reached, so that no one is measured by its own
 * slow matrix product.
 *
 * @param {{ name: string, label: string, version: string, milliseconds: number[], updateMilliseconds: number[], processorMilliseconds: number[], peakGflops: number[],
 *   losses: number[], peakMemoryBytes: number }[]} runs Peers that ran.
 * @param {number} flops Floating-point operations of one step.
 */
export function summarise(runs, flops) {
  const machinePeakGflops = Math.max(...runs.map(({ peakGflops }) => median(peakGflops)));
  const reference = runs.find(({ name }) => name === ours);
  const peers = runs.map((run) => {
    const stepMs = median(run.milliseconds);
    return {
      name: run.name,
      label: run.label,
      version: run.version,
      steps: run.milliseconds.length,
      stepMs,
      stepMsLow: quantile(run.milliseconds, 0.25),
      stepMsHigh: quantile(run.milliseconds, 0.75),
      ...(run.processorMilliseconds.length > 0 ? { processorMs: median(run.processorMilliseconds) } : {}),
      gflops: flops / stepMs / 1e6,
      shareOfPeak: flops / stepMs / 1e6 / machinePeakGflops,
      matmulGflops: median(run.peakGflops),
      updateShare: median(run.updateMilliseconds) / stepMs,
      peakMemoryBytes: run.peakMemoryBytes,
      ...(reference === undefined
        ? {}
        : {
            timesOurs: stepMs / median(reference.milliseconds),
            ...processorTimesOurs(reference, run),
            losses: compareLosses(reference.losses, run.losses, toleranceOf(run.name)),
          }),
    };
  });
  return { machinePeakGflops, peers };
}

/**
 * Largest relative difference of the losses that two peers had at the same step: at the first step, and at all steps that both made.
 * Later steps drift apart where rounding decides the sign of an update, so the first two, one on each side of an update, decide.
 */
export function compareLosses(ours, theirs, tolerance = LOSS_TOLERANCE) {
  const differences = Array.from({ length: Math.min(ours.length, theirs.length) }, (_, step) => {
    return Math.abs(ours[step] - theirs[step]) / Math.abs(ours[step]);
  });
  return {
    steps: differences.length,
    first: differences[0],
    all: Math.max(...differences),
    // Written so that a NaN disagrees.
    agrees: differences.slice(0, 2).every((difference) => difference <= tolerance),
  };
}

/**
 * What makes the figures unfit to be quoted, in words; empty on a quiet machine.
 *
 * @param {{ loadAverage: number, cores: number }} machine As described before the start.
 * @param {{ label: string, stepMsLow: number, stepMsHigh: number }[]} rows Peers' summaries.
 */
export function disturbances({ loadAverage, cores }, rows) {
  const found = rows
    .filter(({ stepMsLow, stepMsHigh }) => stepMsHigh > STEADY_SPREAD * stepMsLow)
    .map(({ label }) => `a quarter of ${label}'s steps took more than ${STEADY_SPREAD} × the time of another quarter`);
  if (loadAverage > QUIET_LOAD * cores) found.unshift("other work was running at the start");
  return found;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const milliseconds = (value) => value.toFixed(value < 20 ? 1 : 0);

const COLUMNS = [
  { title: "peer", value: ({ label, version }) => `${label} ${version}` },
  { title: "steps", value: ({ steps }) => String(steps) },
  { title: "step ms", value: ({ stepMs }) => milliseconds(stepMs) },
  {
    title: "quartiles",
    value: ({ stepMsLow, stepMsHigh }) => `${milliseconds(stepMsLow)}–${milliseconds(stepMsHigh)}`,
  },
  { title: "× ours", value: ({ timesOurs }) => timesOurs?.toFixed(2) },
  {
    title: "processor ms",
    value: ({ processorMs }) => (processorMs === undefined ? undefined : milliseconds(processorMs)),
  },
  { title: "× ours", value: ({ processorTimesOurs }) => processorTimesOurs?.toFixed(2) },
  { title: "GFLOP/s", value: ({ gflops }) => gflops.toFixed(1) },
  { title: "of peak", value: ({ shareOfPeak }) => percent(shareOfPeak) },
  { title: "own matmul", value: ({ matmulGflops }) => matmulGflops.toFixed(0) },
  { title: "update", value: ({ updateShare }) => percent(updateShare) },
  { title: "peak memory", value: ({ peakMemoryBytes }) => `${(peakMemoryBytes / 2 ** 20).toFixed(0)} MiB` },
  {
    title: "losses differ",
    value: ({ name, losses }) =>
      name === ours || losses === undefined
        ? undefined
        : `${losses.first.toExponential(1)} first, ${losses.all.toExponential(1)} of ${losses.steps}`,
  },
];

/** @param {object[]} rows Peers' summaries. */
export function formatTable(rows) {
  const cells = [
    COLUMNS.map(({ title }) => title),
    ...rows.map((row) => COLUMNS.map(({ value }) => value(row) ?? "–")),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const format = (line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ");
  return cells.map((line) => format(line).trimEnd()).join("\n");
}
