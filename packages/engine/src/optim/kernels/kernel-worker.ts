import { workerData } from "node:worker_threads";
import { callDrawer, GENERATION, type KernelWork } from "./kernel-calls.ts";

/** Helps with every job of its team, and sleeps in between, until it is terminated. */
const work = workerData as KernelWork;
const drawCalls = callDrawer(work);
for (;;) {
  const generation = Atomics.load(work.control, GENERATION);
  drawCalls();
  Atomics.wait(work.control, GENERATION, generation);
}
