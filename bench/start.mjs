// How long commands take to start, in processor time, beside `node -e 0`. Says what exceeds its bar and exits with 1.
// node bench/start.mjs [MODELWRIGHT]: the file of the command; default: the one of this repository. Needs bash.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const TURNS = 9;
const command = resolve(
  process.argv[2] ?? fileURLToPath(new URL("../packages/modelwright/bin/modelwright.js", import.meta.url)),
);

/** Arguments of a command, with how often the time of `node -e 0` it may take. */
const STARTS = [
  { args: ["--version"], bar: 3 },
  { args: ["--help"], bar: 3 },
  { args: ["models", "list"], bar: 8 },
  { args: ["runs", "list"], bar: 8 },
  { args: ["predict", "tickets", "Where is my parcel?"], bar: 20 },
];

const folder = mkdtempSync(join(tmpdir(), "modelwright-start-"));
try {
  for (const args of [["init"], ["train", "tickets.yaml", "--set", "train.epochs=1"]]) {
    execFileSync(process.execPath, [command, ...args], { cwd: folder, stdio: "ignore" });
  }
  const starts = [{ args: undefined, bar: 1 }, ...STARTS].map((start) => ({ ...start, seconds: [] }));
  // In turns, so that a busy minute hits all of them.
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { args, seconds } of starts) {
      seconds.push(processorSeconds(args === undefined ? ["-e", "0"] : [command, ...args]));
    }
  }
  const base = median(starts[0].seconds);
  console.log(
    `Node.js ${process.versions.node}, ${command}\nnode -e 0: ${(base * 1000).toFixed(0)} ms (user + system, median of ${TURNS})`,
  );
  for (const { args, bar, seconds } of starts.slice(1)) {
    const time = median(seconds);
    const isLate = time > bar * base;
    if (isLate) process.exitCode = 1;
    const ratio = `${(time / base).toFixed(1)} ×`;
    console.log(
      `modelwright ${args.join(" ")}: ${(time * 1000).toFixed(0)} ms, ${ratio}, bar ${bar} ×${isLate ? ": exceeded" : ""}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** User and system time of a process and its children, as the shell counts it. */
function processorSeconds(args) {
  const script = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null';
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", process.execPath, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  const [user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return user + system;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
