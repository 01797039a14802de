// Who takes part: one row per peer. A later peer is one more row and a program that answers peers/protocol.mjs.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hasBfloat16 } from "./machine.mjs";

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const program = (name) => pathOf(`peers/${name}`);

/** Name of the row that all others are compared with. */
export const ours = "modelwright";

/** Ways of PyTorch that compute in float32 as we do: the fastest of them counts. */
export const float32Pytorch = ["pytorch", "pytorch-compiled"];

/** PyTorch under autocast, which computes products in half the width. */
export const bfloat16Pytorch = "pytorch-bfloat16";

/**
 * @type {{ name: string, label: string, isJavaScript: boolean, command: string[], absence: () => string | undefined, lossTolerance?: number }[]}
 * `lossTolerance` replaces the usual one where a peer computes in less than float32. `command` is called with a workload and a number of threads. `absence` says why the peer cannot run here; undefined when it can.
 */
export const peers = [
  {
    name: ours,
    label: "Modelwright",
    isJavaScript: false,
    command: [process.execPath, program("modelwright/peer.mjs")],
    absence: () => (existsSync(pathOf("../packages/training/dist/index.js")) ? undefined : "run `npm run build` first"),
  },
  {
    name: "pytorch",
    label: "PyTorch, eager",
    isJavaScript: false,
    command: pytorch("eager"),
    absence: noPytorch,
  },
  {
    name: "pytorch-compiled",
    label: "PyTorch, compiled",
    isJavaScript: false,
    command: pytorch("compiled"),
    absence: noPytorch,
  },
  {
    name: bfloat16Pytorch,
    label: "PyTorch, compiled, bfloat16",
    isJavaScript: false,
    command: pytorch("bfloat16"),
    absence: () => (hasBfloat16() ? noPytorch() : "the processor has no bfloat16 instructions"),
    lossTolerance: 2e-2,
  },
  {
    name: "tfjs",
    label: "TensorFlow.js",
    isJavaScript: true,
    command: [process.execPath, program("tfjs/peer.mjs")],
    absence: installPackages,
  },
  {
    name: "jax-js",
    label: "jax-js",
    isJavaScript: true,
    command: [process.execPath, program("jax-js/peer.mjs")],
    absence: installPackages,
  },
];

function pytorch(mode) {
  return ["python3", program("pytorch.py"), mode];
}

function noPytorch() {
  return spawnSync("python3", ["-c", "import torch"]).status === 0 ? undefined : '`python3 -c "import torch"` fails';
}

/** Installs the packages of bench/package-lock.json once; the product itself needs none of them. */
function installPackages() {
  // npm writes this file last, so an interrupted installation is repeated.
  if (existsSync(pathOf("node_modules/.package-lock.json"))) return undefined;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, stderr } = spawnSync(npm, ["ci", "--prefix", pathOf("."), "--ignore-scripts"], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status === 0) return undefined;
  return `\`npm ci --prefix bench\` fails: ${(stderr ?? "").trim().split("\n")[0] || "npm did not start"}`;
}
