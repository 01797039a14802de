// Who takes part: one row per peer. A later peer is one more row and a program that answers peers/protocol.mjs.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const program = (name) => pathOf(`peers/${name}`);

/** Name of the row that all others are compared with. */
export const ours = "modelwright";

/**
 * @type {{ name: string, label: string, isJavaScript: boolean, command: string[], absence: () => string | undefined }[]}
 * `command` is called with a workload and a number of threads. `absence` says why the peer cannot run here; undefined when it can.
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
    label: "PyTorch",
    isJavaScript: false,
    command: ["python3", program("pytorch.py")],
    absence: () =>
      spawnSync("python3", ["-c", "import torch"]).status === 0 ? undefined : '`python3 -c "import torch"` fails',
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
