// What every peer speaks: one JSON document per line, requests on stdin, answers on stdout, one answer per request.
//
//   started                -> { ready: true, version, parameters, threads, losses }   after the warm-up steps
//   { "seconds": s }       -> steps until s seconds are over, at least one:
//                             { milliseconds, updateMilliseconds, processorMilliseconds?, losses, peakMemoryBytes }
//   { "peak": true }       -> { peakGflops }, or { unsupported: "peak" }
//   end of stdin           -> the process ends
//
// `milliseconds` is the whole step, `updateMilliseconds` its part after the gradients exist: clipping, optimiser and
// whatever copies they need. `processorMilliseconds`, which a peer may leave out, is what a step took of all cores
// together. `losses` has one loss per step, in the order of the steps since the start.
import { createInterface } from "node:readline";

/**
 * Runs a peer that is written in JavaScript.
 *
 * @param {object} peer
 * @param {string} peer.version Name and version of what runs, in words.
 * @param {number} peer.parameters Number of trainable numbers.
 * @param {number} peer.threads Threads in use.
 * @param {number} peer.warmUpSteps Steps run before the peer says that it is ready.
 * @param {() => Promise<{ milliseconds: number, updateMilliseconds: number, processorMilliseconds?: number, loss: number }>} peer.step Runs one step.
 * @param {() => Promise<number>} [peer.peakGflops] Measures a 2048³ matrix product. Default: not supported.
 */
export async function servePeer({ version, parameters, threads, warmUpSteps, step, peakGflops }) {
  const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const run = async (isDone) => {
    const steps = [];
    do steps.push(await step());
    while (!isDone(steps));
    return {
      milliseconds: steps.map(({ milliseconds }) => milliseconds),
      updateMilliseconds: steps.map(({ updateMilliseconds }) => updateMilliseconds),
      processorMilliseconds: steps.flatMap(({ processorMilliseconds }) => processorMilliseconds ?? []),
      losses: steps.map(({ loss }) => loss),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  };
  const { losses } = await run(({ length }) => length >= warmUpSteps);
  answer({ ready: true, version, parameters, threads, losses });
  for await (const line of createInterface({ input: process.stdin })) {
    const { peak, seconds } = JSON.parse(line);
    const end = performance.now() + 1000 * seconds;
    if (!peak) answer(await run(() => performance.now() >= end));
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
