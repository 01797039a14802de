import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askChild } from "./ask-child.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-child-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function ask(program: string) {
  const path = join(folder, "program.mjs");
  await writeFile(path, `import { writeSync } from "node:fs";\n${program}`);
  return askChild(pathToFileURL(path));
}

test("what native code writes is kept apart from the answer, each line once", async () => {
  const program = `writeSync(2, "no display\\n  no display\\n"); writeSync(1, "slow\\n"); process.send([{ name: "cpu" }], () => process.exit());`;
  const { answer, said } = await ask(program);
  expect(answer).toEqual([{ name: "cpu" }]);
  expect([...said].sort()).toEqual(["no display", "slow"]);
});

test("a process that is ended is told, and ends no other", async () => {
  expect(await ask(`writeSync(2, "lost device\\n"); process.kill(process.pid, "SIGKILL");`)).toEqual({
    problem: "the process ended with SIGKILL",
    said: ["lost device"],
  });
  expect(await ask("process.exit(3);")).toEqual({ problem: "the process ended with code 3", said: [] });
});
