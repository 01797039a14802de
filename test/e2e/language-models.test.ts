import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";

let cli: CommandLine;
beforeAll(async () => {
  cli = await CommandLine.inNewFolder();
});
afterAll(() => cli.remove());

const recipe = (name: string) => fileURLToPath(new URL(`../../examples/${name}.yaml`, import.meta.url));
/** A few documents, a small model, a few updates. */
const SHORT = ["data.limit=30", "model.vocabularySize=400", "model.width=64", "model.layers=1", "train.steps=60"];
const train = (name: string) => ["train", recipe(name), ...SHORT.flatMap((value) => ["--set", value])];

test("the recipe of a GPT trains, is shown, evaluated and writes on", async () => {
  const { code, stdout } = await cli.run(train("gpt-brown"));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^gpt-brown: causal-language-modeling, run /);
  expect(stdout).toMatch(/^ {2}tokenizer +byte-pair, at most 400 tokens, trained on the texts$/m);
  expect(stdout).toMatch(/^ {2}Bits per character ↓ +\d\.\d{3} \[/m);
  expect(stdout).toMatch(/^ {2}gpt-brown is better than unigram: bits per character −/m);
  expect(stdout).toMatch(/^Tried on test documents\n {2}".+" → /m);
  expect(stdout).toContain("modelwright serve gpt-brown");

  const shown = await cli.run(["models", "show", "gpt-brown"]);
  expect(shown.stdout).toMatch(/^ {2}model +gpt2 from scratch, .* parameters, 128 tokens at once$/m);

  await cli.write("essays/first.txt", "The jury said that nobody knew. It was a long day.");
  await cli.write("essays/second.txt", "Another day began, and the mayor was there.");
  const begun = await cli.json(["init", "essays"]);
  const problem = { code: "DATA_TEXT_TOO_SHORT" };
  expect(begun).toMatchObject({ code: 2, document: { recipe: "essays.yaml", documents: 2, sentences: 3, problem } });
  expect(await cli.read("essays.yaml")).toContain("\n  source: ./essays\n");
  const { document } = await cli.json(["evaluate", "gpt-brown", "essays"]);
  expect(document).toMatchObject({ rows: 2, measures: { bitsPerCharacter: { value: expect.any(Number) } } });

  const asked = ["predict", "gpt-brown", "The mayor", "--max-tokens", "12"];
  const { document: answer } = await cli.json([...asked, "--temperature", "0.7", "--top-k", "20", "--top-p", "0.9"]);
  expect(answer).toMatchObject({ predictions: [{ text: "The mayor", tokens: 12, finish: "max-tokens" }] });
  const written = await cli.run([...asked, "--seed", "3"]);
  expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/^The mayor./) });
  expect((await cli.run([...asked, "--seed", "3"])).stdout).toBe(written.stdout);

  const refused = await cli.run(["predict", "gpt-brown", "The mayor", "--top", "3"]);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("--top does not apply to gpt-brown:1, a model of causal-language-modeling");
  const searched = await cli.run([...asked, "--beams", "2", "--stream"]);
  expect(searched).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--stream has nothing to show beside --beams"),
  });
  const server = cli.start(["serve", "gpt-brown", "--port", "0", "--json"]);
  const [, url = ""] = await server.says(/"url": "(.*)"/);
  const response = await fetch(`${url}/v1/models/gpt-brown/predict?max_tokens=12&seed=3`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "The mayor" }),
  });
  const { predictions } = (await response.json()) as { predictions: { continuation: string }[] };
  // The screen shows neither line breaks nor control characters.
  const { document: whole } = await cli.json([...asked, "--seed", "3"]);
  expect(whole).toMatchObject({ predictions: [{ continuation: predictions[0]!.continuation }] });
  server.child.kill("SIGTERM");
  expect(await server.finished).toMatchObject({ code: 0 });
});

test("the recipe of a BERT trains and fills in masks", async () => {
  const { code, document } = await cli.json(train("bert-brown"));
  expect(code).toBe(0);
  expect(document).toMatchObject({
    task: "masked-language-modeling",
    metrics: { pieceAccuracy: { value: expect.any(Number) }, nextSentenceAccuracy: { value: expect.any(Number) } },
    baselines: { unigram: { perplexity: { value: expect.any(Number) } } },
  });
  const { stdout } = await cli.run(["predict", "bert-brown", "The [MASK] said so.", "--top", "2"]);
  expect(stdout).toMatch(/^"The \[MASK\] said so\."\n +[\d.]+ % {2}\S+\n +[\d.]+ % {2}\S+\n$/);
});
