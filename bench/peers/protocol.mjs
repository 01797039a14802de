// What every peer speaks: one JSON document a line, requests on stdin, answers on stdout, one answer a request.
//
//   started                -> { ready: true, version, parameters, threads, losses }   after the warm-up steps
//   { "steps": k }         -> { milliseconds, updateMilliseconds, losses, loss, peakMemoryBytes }
//   { "peak": true }       -> { peakGflops }, or { unsupported: "peak" }
//   end of stdin           -> the process ends
//
// `milliseconds` is the whole step, `updateMilliseconds` its part after the gradients exist: clipping, optimiser and
// whatever copies they need. `losses` has one loss a step, in the order of the steps since the start.
import { createInterface } from "node:readline";

/**
 * Runs a peer that is written in JavaScript.
 *
 * @param {object} peer
 * @param {string} peer.version Name and version of what runs, in words.
 * @param {number} peer.parameters Number of trainable numbers.
 * @param {number} peer.threads Threads in use.
 * @param {number} peer.warmUpSteps Steps run before the peer says that it is ready.
 * @param {() => Promise<{ milliseconds: number, updateMilliseconds: number, loss: number }>} peer.step Runs one step.
 * @param {() => Promise<number>} [peer.peakGflops] Measures a 2048³ matrix product. Default: not supported.
 */
export async function servePeer({ version, parameters, threads, warmUpSteps, step, peakGflops }) {
  const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const run = async (count) => {
    const steps = [];
    for (let i = 0; i < count; i++) steps.push(await step());
    const losses = steps.map(({ loss }) => loss);
    return {
      milliseconds: steps.map(({ milliseconds }) => milliseconds),
      updateMilliseconds: steps.map(({ updateMilliseconds }) => updateMilliseconds),
      losses,
      loss: losses.at(-1),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  };
  const { losses } = await run(warmUpSteps);
  answer({ ready: true, version, parameters, threads, losses });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (!request.peak) answer(await run(request.steps));
    else answer(peakGflops ? { peakGflops: await peakGflops() } : { unsupported: "peak" });
  }
}

/**
 * Best of five 2048³ float32 products after one unmeasured, in GFLOP/s.
 *
 * @param {() => void | Promise<void>} multiply Computes one product of two 2048 × 2048 matrices.
 */
export async function measurePeakGflops(multiply) {
  await multiply();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await multiply();
    best = Math.min(best, performance.now() - start);
  }
  return (2 * 2048 ** 3) / best / 1e6;
}
