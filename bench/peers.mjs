// Who takes part: a row a peer. A later peer is one more row and a file that answers peers/protocol.mjs.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const script = (name) => pathOf(`peers/${name}`);

/** Name of the row that all others are compared with. */
export const ours = "modelwright";

/**
 * @type {{
 *   name: string,
 *   label: string,
 *   stepsPerRound: number,
 *   command: (threads: number) => string[],
 *   absence: () => string | undefined,
 * }[]}
 * `absence` says why the peer cannot run here; undefined when it can.
 */
export const peers = [
  {
    name: ours,
    label: "Modelwright",
    stepsPerRound: 3,
    command: (threads) => [process.execPath, script("modelwright.mjs"), String(threads)],
    absence: () => (existsSync(script("modelwright.mjs")) ? undefined : "bench/peers/modelwright.mjs does not exist"),
  },
  {
    name: "pytorch",
    label: "PyTorch",
    stepsPerRound: 3,
    command: (threads) => ["python3", script("pytorch.py"), String(threads)],
    absence: () =>
      spawnSync("python3", ["-c", "import torch"]).status === 0 ? undefined : '`python3 -c "import torch"` fails',
  },
  {
    name: "tfjs-wasm",
    label: "TensorFlow.js",
    stepsPerRound: 1,
    command: (threads) => [process.execPath, script("tfjs-wasm.mjs"), String(threads)],
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
