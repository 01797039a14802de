// From samples to the printed table.
import { ours } from "./peers.mjs";

/** Relative difference of two losses of the same step beyond which two peers do not compute the same thing. */
const LOSS_TOLERANCE = 1e-3;

/** Load average for each core at the start beyond which other work takes part in the measurement. */
const QUIET_LOAD = 0.25;

/** Slowest over fastest step of one peer beyond which something disturbed it. */
const STEADY_SPREAD = 1.5;

/** Middle value; mean of the two middle ones for an even count; NaN for none. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Condenses the samples of all peers.
 *
 * The machine's peak is the best median of a 2048³ product that any peer reached, so that no one is judged by its own
 * slow matrix product.
 *
 * @param {{ peer: { name: string }, milliseconds: number[], updateMilliseconds: number[], peakGflops: number[],
 *   losses: number[], peakMemoryBytes: number }[]} results Peers that ran.
 * @param {number} flops Floating-point operations of one step.
 */
export function summarise(results, flops) {
  const peaks = results.map(({ peakGflops }) => median(peakGflops)).filter(Number.isFinite);
  const machinePeakGflops = peaks.length > 0 ? Math.max(...peaks) : undefined;
  const summaries = results.map(({ peer, milliseconds, updateMilliseconds, peakGflops, peakMemoryBytes }) => {
    const stepMs = median(milliseconds);
    const gflops = flops / stepMs / 1e6;
    const peak = median(peakGflops);
    return {
      name: peer.name,
      stepMs,
      stepMsMin: Math.min(...milliseconds),
      stepMsMax: Math.max(...milliseconds),
      gflops,
      ...(machinePeakGflops && { shareOfPeak: gflops / machinePeakGflops }),
      ...(Number.isFinite(peak) && { matmulGflops: peak }),
      updateShare: median(updateMilliseconds) / stepMs,
      peakMemoryBytes,
    };
  });
  const reference = summaries.find(({ name }) => name === ours);
  return {
    machinePeakGflops,
    peers: summaries.map((summary) => ({
      ...summary,
      ...(reference && { timesOurs: summary.stepMs / reference.stepMs }),
    })),
  };
}

/**
 * Largest relative difference between the losses that two peers had at the same step.
 *
 * @returns {{ steps: number, difference: number, agrees: boolean } | undefined} Undefined with fewer than two peers.
 */
export function compareLosses(results) {
  if (results.length < 2) return undefined;
  const steps = Math.min(...results.map(({ losses }) => losses.length));
  let difference = 0;
  for (let step = 0; step < steps; step++) {
    const losses = results.map((result) => result.losses[step]);
    difference = Math.max(difference, (Math.max(...losses) - Math.min(...losses)) / Math.max(...losses.map(Math.abs)));
  }
  // Written so that a NaN disagrees.
  return { steps, difference, agrees: difference <= LOSS_TOLERANCE };
}

/**
 * What makes the figures unfit to be quoted, in words; empty on a quiet machine.
 *
 * @param {{ loadAverage: number, cores: number }} machine As described before the start.
 * @param {{ label: string, stepMsMin: number, stepMsMax: number }[]} rows Peers' summaries.
 */
export function disturbances({ loadAverage, cores }, rows) {
  const found = rows
    .filter(({ stepMsMin, stepMsMax }) => stepMsMax > STEADY_SPREAD * stepMsMin)
    .map(({ label }) => `${label}'s slowest step took more than ${STEADY_SPREAD} × its fastest`);
  if (loadAverage > QUIET_LOAD * cores) found.unshift("other work was running at the start");
  return found;
}

const COLUMNS = [
  { title: "peer", value: ({ label }) => label },
  { title: "step ms", value: ({ stepMs }) => stepMs.toFixed(0) },
  { title: "min–max", value: ({ stepMsMin, stepMsMax }) => `${stepMsMin.toFixed(0)}–${stepMsMax.toFixed(0)}` },
  { title: "× ours", value: ({ timesOurs }) => timesOurs?.toFixed(2) },
  { title: "GFLOP/s", value: ({ gflops }) => gflops.toFixed(1) },
  { title: "of peak", value: ({ shareOfPeak }) => shareOfPeak && percent(shareOfPeak) },
  { title: "own matmul", value: ({ matmulGflops }) => matmulGflops?.toFixed(0) },
  { title: "update", value: ({ updateShare }) => percent(updateShare) },
  { title: "peak memory", value: ({ peakMemoryBytes }) => `${(peakMemoryBytes / 2 ** 20).toFixed(0)} MiB` },
];

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** @param {object[]} rows Peers' summaries, each with its `label`. */
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
