import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BINARY } from "./command-line.ts";
import { brokenPromise, consoleBlocks, recipeBlocks } from "./console-blocks.ts";
import { runInBash } from "./support/run-in-bash.ts";

const textOf = (page: string) => readFile(new URL(`../../docs/tutorials/${page}.md`, import.meta.url), "utf8");

/** What the page's alias does, and a curl for a machine without one. */
const PRELUDE = `
modelwright() { "$NODE" "$BINARY" "$@"; }
command -v curl > /dev/null || curl() {
  "$NODE" -e 'const [url, body] = [process.argv[2], process.argv.at(-1)];
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })
      .then((response) => response.text()).then((text) => process.stdout.write(text))' "$@"
}
`;

let folder: string;
let port: number;
let server: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-tutorial-"));
  port = await freePort();
});

afterAll(async () => {
  await stopServer();
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ["first-model", 9],
  ["names-in-texts", 4],
  ["pairs-of-texts", 5],
  ["serve-a-language-model", 3],
  ["answer-like-your-team", 5],
  ["sequence-to-sequence", 3],
  ["rows-of-a-table", 6],
  ["what-comes-next", 5],
  ["what-users-like", 5],
  ["odd-rows", 5],
])("every command of %s does what the page promises", async (page, fewest) => {
  const text = await textOf(page);
  const [commands, recipes] = [consoleBlocks(text), recipeBlocks(text)];
  expect(commands.filter(({ command }) => command.startsWith("modelwright ")).length).toBeGreaterThanOrEqual(fewest);
  let place = folder;
  for (const { command, lines } of commands) {
    const own = command.replaceAll("8000", String(port));
    const promised = lines.map((line) => line.replaceAll("8000", String(port)));
    for (const [file, recipe] of recipes) if (own.includes(file)) await writeFile(join(place, file), recipe);
    const { output, cwd } = own.endsWith(" &")
      ? await startServer(own, place)
      : await runInBash(own, { cwd: place, env: environment(), prelude: PRELUDE });
    expect(brokenPromise(promised, output), `$ ${command}`).toBeUndefined();
    place = cwd;
  }
  await stopServer();
});

async function stopServer(): Promise<void> {
  if (server === undefined || server.exitCode !== null) return;
  const ended = new Promise((resolve) => server?.once("close", resolve));
  server.kill("SIGTERM");
  await ended;
}

async function startServer(command: string, cwd: string): Promise<{ output: string; cwd: string }> {
  const args = command.replace(/ &$/, "").split(" ").slice(1);
  const child = spawn(process.execPath, [BINARY, ...args], {
    cwd,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  server = child;
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const heard = (text: Buffer) => {
      output += text;
      if (output.includes("Ctrl-C")) resolve();
    };
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    child.once("close", () => reject(new Error(`the server ended:\n${output}`)));
  });
  return { output, cwd };
}

function environment(): NodeJS.ProcessEnv {
  const { MODELWRIGHT_REGISTRY: _, ...inherited } = process.env;
  // A Vulkan driver complains where no session of a desktop has set the folder.
  return { ...inherited, XDG_RUNTIME_DIR: folder, NO_COLOR: "1", NODE: process.execPath, BINARY };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
}
