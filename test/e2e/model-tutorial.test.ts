import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { brokenPromise, consoleBlocks, fileBlocks } from "./console-blocks.ts";
import { runInBash } from "./support/run-in-bash.ts";

const page = await readFile(new URL("../../docs/tutorials/your-own-model.md", import.meta.url), "utf8");
const commands = consoleBlocks(page);
const files = fileBlocks(page);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-own-model-"));
  // The page works in a folder of the clone; modules are found from there.
  await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"), "dir");
  for (const [name, text] of files) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the page has its files and commands", () => {
  expect([...files.keys()]).toEqual(["deliveries.ts", "model.ts", "train.ts", "evaluate.ts"]);
  expect(commands.filter(({ command }) => command.startsWith("npx jiti "))).toHaveLength(3);
});

/** What the last command, evaluate.ts, wrote. */
let evaluated = "";

test("every command of the tutorial does what the page promises", async () => {
  for (const { command, lines } of commands) {
    const { output } = await runInBash(command, { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
    expect(brokenPromise(lines, output), `$ ${command}`).toBeUndefined();
    evaluated = output;
  }
});

test("the model foresees the time within minutes, and its ranges hold what they promise", () => {
  expect(Number(/mean error: (\S+)/.exec(evaluated)?.[1])).toBeLessThan(4);
  const inside = Number(/90 % range: (\S+)/.exec(evaluated)?.[1]);
  expect(inside).toBeGreaterThan(85);
  expect(inside).toBeLessThan(97);
});
