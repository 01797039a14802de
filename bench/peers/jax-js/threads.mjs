// jax-js on several threads, in Node.
//
// Its WASM backend shares work among Web Workers, which Node lacks, and would keep to one thread. Here is a Worker made of Node's own, set
// up before the library is loaded: a comparison with one core against two would say nothing.
import { resolveObjectURL } from "node:buffer";
import { readFileSync } from "node:fs";
import workerThreads from "node:worker_threads";

/** The globals of a Web Worker that the library's worker script uses. */
const PRELUDE = `
const { parentPort } = require("node:worker_threads");
const self = globalThis;
const postMessage = (message) => parentPort.postMessage(message);
parentPort.on("message", (data) => self.onmessage({ data }));
`;

/** A Web Worker as far as the library needs it: its script is a Blob, read while messages wait. */
class BlobWorker {
  #worker;
  #waiting = [];

  constructor(url) {
    resolveObjectURL(url)
      .text()
      .then((script) => this.#start(script));
  }

  #start(script) {
    this.#worker = new workerThreads.Worker(PRELUDE + script, { eval: true });
    this.#worker.unref();
    this.#worker.on("message", (data) => this.onmessage({ data }));
    this.#worker.on("error", (error) => this.onerror(error));
    for (const message of this.#waiting) this.#worker.postMessage(message);
  }

  postMessage(message) {
    if (this.#worker === undefined) this.#waiting.push(message);
    else this.#worker.postMessage(message);
  }
}

/**
 * Loads the library with its WASM backend ready.
 *
 * @param {number} threads Workers that share a kernel.
 */
export async function startJax(threads) {
  globalThis.Worker = BlobWorker;
  Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: threads }, configurable: true });
  const jax = await import("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  const entry = new URL(import.meta.resolve("@jax-js/jax"));
  const { version } = JSON.parse(readFileSync(new URL("../package.json", entry), "utf8"));
  return { jax, version };
}
