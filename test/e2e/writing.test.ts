import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";

// A registry with a small GPT that counts, which an earlier commit wrote.
const FIXTURE = fileURLToPath(new URL("./fixtures/registry-format-1", import.meta.url));
const env = { MODELWRIGHT_REGISTRY: "registry" };

let cli: CommandLine;
beforeAll(async () => {
  cli = await CommandLine.inNewFolder();
  await cp(FIXTURE, cli.folder, { recursive: true });
});
afterAll(() => cli.remove());

const predict = (...args: readonly string[]) => cli.run(["predict", "counting-gpt", ...args], { env });

test("a text streams as it is written whole, and several have seeds of their own", async () => {
  const asked = ["one two", "--max-tokens", "12", "--temperature", "0"];
  const whole = await predict(...asked);
  expect(await predict(...asked, "--stream")).toEqual({ ...whole, code: 0, stderr: "" });
  const { stdout } = await predict("one two", "--max-tokens", "12", "--n", "2", "--seed", "4", "--temperature", "3");
  const [first, second] = stdout.trimEnd().split("\n");
  expect(first).not.toBe(second);
  const alone = await predict("one two", "--max-tokens", "12", "--seed", "5", "--temperature", "3");
  expect(alone.stdout).toBe(`${second}\n`);
});

test("a text fits a schema from a file, and matches a pattern", async () => {
  await cli.write("answer.schema.json", JSON.stringify({ enum: ["one two", "three"] }));
  const schema = await predict("one ", "--json-schema", "answer.schema.json", "--json");
  const { predictions } = JSON.parse(schema.stdout) as { predictions: [{ continuation: string }] };
  expect(["one two", "three"]).toContain(JSON.parse(predictions[0].continuation));
  const matched = await predict("one", "--regex", " (two|three) four", "--temperature", "0");
  expect(matched.stdout).toMatch(/^one (two|three) four\n$/);
});

test.each([
  [["--top-p", "2"], '--top-p: must be at most 1, got "2"'],
  [["--max-tokens", "few"], '--max-tokens: must be a number, got "few"'],
  [["--json-schema", "absent.json"], "--json-schema: must be a file that can be read"],
  [["--n", "2", "--temperature", "0"], "--n 2 writes the same text each time beside --temperature 0"],
  [["--stream", "--json"], "--stream goes to the screen"],
])("%j is refused with its rule", async (flags, message) => {
  expect(await predict("one", ...flags)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test("Ctrl-C ends a stream behind the word that came last, with a whole line", async () => {
  const args = ["predict", "counting-gpt", "--stream", "--max-tokens", "40"];
  const running = cli.start(args, { env, stdin: "one two three\n".repeat(3000) });
  await running.says(/^one two three .*\n/m);
  running.child.kill("SIGINT");
  const { code, stdout, stderr } = await running.finished;
  expect(code).toBe(130);
  expect(stdout).toMatch(/\n$/);
  expect(stderr).toBe("Stopped.\n");
});
