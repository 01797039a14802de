// TensorFlow.js on the multi-threaded SIMD build of its WASM backend, in Node.
//
// The package keeps Node on the single-threaded build (tensorflow/tfjs#3830): its worker starts from a Blob URL, which
// worker_threads refuses, and it takes half of the logical cores, as if each had a twin. Both are put right here, from
// outside, because a comparison with one core against two would say nothing; it doubles TensorFlow.js's speed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import workerThreads from "node:worker_threads";

const require = createRequire(import.meta.url);
const folder = require.resolve("@tensorflow/tfjs-backend-wasm/package.json").replace(/package\.json$/, "wasm-out/");
const threadedScript = `${folder}tfjs-backend-wasm-threaded-simd.js`;

/** A worker that takes the package's own worker script from its file instead of from a Blob URL. */
class FileWorker extends workerThreads.Worker {
  constructor(path, options) {
    if (!String(path).startsWith("blob:")) super(path, options);
    else super(workerSource(), { ...options, eval: true });
  }

  postMessage(message, transfer) {
    super.postMessage(message?.urlOrBlob ? { ...message, urlOrBlob: threadedScript } : message, transfer);
  }
}

function workerSource() {
  const { wasmWorkerContents } = require(`${folder}tfjs-backend-wasm-threaded-simd.worker.js`);
  // The text is a template literal whose escaped line feeds have become real ones inside string literals.
  return wasmWorkerContents.replace(/\n/g, "\\n");
}

/**
 * Starts the backend.
 *
 * @param {number} threads Threads wanted; above the number of cores the backend takes as many as there are cores.
 * @returns The `tf` namespace, its version, the threads in use and the name of the WASM build.
 */
export async function startTensorFlow(threads) {
  const { Worker } = workerThreads;
  const { cpus } = os;
  if (threads > 1) {
    workerThreads.Worker = FileWorker;
    os.cpus = () => [...cpus(), ...cpus()];
  }
  const tf = require("@tensorflow/tfjs-core");
  // Registers the gradients; tfjs-core alone knows none.
  require("@tensorflow/tfjs-layers");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", threads > 1);
  wasm.setThreadsCount(threads);
  await tf.setBackend("wasm");
  workerThreads.Worker = Worker;
  os.cpus = cpus;
  const { version } = JSON.parse(readFileSync(require.resolve("@tensorflow/tfjs-core/package.json"), "utf8"));
  return {
    tf,
    version,
    threads: wasm.getThreadsCount(),
    build: threads > 1 ? "threaded SIMD" : "SIMD",
  };
}
