import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BINARY } from "./command-line.ts";
import { brokenPromise, consoleBlocks } from "./console-blocks.ts";
import { runInBash } from "./support/run-in-bash.ts";

const shared = fileURLToPath(new URL("../../../shared/", import.meta.url));
const FILES = {
  "model.onnx": `${shared}models/paraphrase-MiniLM-L3-v2-onnx/model.onnx`,
  "tokenizer.json": `${shared}models/all-MiniLM-L6-v2/tokenizer.json`,
};
const REVIEWS = `${shared}data/fine-food/train.csv`;
const isThere = [...Object.values(FILES), REVIEWS].every((file) => existsSync(file));
const PRELUDE = `modelwright() { "$NODE" "$BINARY" "$@"; }`;

test.skipIf(!isThere)("every command of your-onnx-file does what the page promises, with the real model", async () => {
  const page = await readFile(new URL("../../docs/tutorials/your-onnx-file.md", import.meta.url), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "modelwright-onnx-tutorial-"));
  try {
    for (const [name, file] of Object.entries(FILES)) await copyFile(file, join(folder, name));
    const rows = (await readFile(REVIEWS, "utf8")).split("\n").slice(0, 401);
    await writeFile(join(folder, "reviews.csv"), `${rows.join("\n")}\n`);
    const commands = consoleBlocks(page);
    const recipe = commands.find(({ command }) => command === "cat reviews.yaml")!.lines;
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const { command, lines } of commands) {
      const env = { ...process.env, NODE: process.execPath, BINARY, NO_COLOR: "1" };
      const { output } = await runInBash(command, { cwd: folder, env, prelude: PRELUDE });
      expect(brokenPromise(lines, output), `$ ${command}`).toBeUndefined();
      // The recipe is written between two looks at the folder.
      if (command === "ls") await writeFile(join(folder, "reviews.yaml"), `${recipe.join("\n")}\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
