import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";
import { csv, labelledTexts, recipe } from "./labelled-texts.ts";

const THINGS = ["parcel", "invoice", "password", "refund", "address", "voucher"];
const ASKED = ["Where is", "I lost", "Please change", "What about", "Nobody answers about", "Today I need"];
const answerOf = (thing: string) => `All about the ${thing}, on page ${thing.length}`;
const RECIPE = [
  "name: answers",
  "task: embedding",
  "data: { source: pairs.csv, clean: { duplicates: exact } }",
  "model: { base: none, maxLength: 16 }",
  "train: { epochs: 4, threads: 1 }",
  "evaluate: { baselines: [], bootstrap: 100 }",
].join("\n");

let cli: CommandLine;
beforeAll(async () => {
  cli = await CommandLine.inNewFolder();
  const pairs = THINGS.flatMap((thing) => ASKED.map((asked) => `${asked} my ${thing}?,"${answerOf(thing)}"`));
  await cli.write("pairs.csv", `text,positive\n${pairs.join("\n")}\n`);
  await cli.write("answers.yaml", RECIPE);
  const { code, stderr } = await cli.run(["train", "answers.yaml"]);
  expect(code, stderr).toBe(0);
});
afterAll(() => cli.remove());

test("the answer that belongs to a question is found among all of them, each once", async () => {
  const { code, stdout, stderr } = await cli.run(["search", "answers", "pairs.csv", "Where is my refund?"]);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`Searched ${THINGS.length} different texts of pairs.csv by answers:1.`);
  const [query, first, ...others] = stdout.trimEnd().split("\n");
  expect(query).toBe('"Where is my refund?"');
  expect(first).toMatch(/^ +-?\d\.\d{3} {2}line +20 {2}All about the refund, on page 6$/);
  expect(others).toHaveLength(4);
});

test("programs get lines and cosines, of the column that is named", async () => {
  const queries = ["I lost my voucher?", "What about my parcel?"];
  const { code, document } = await cli.json([
    ...["search", "answers", "pairs.csv", ...queries],
    ...["--column", "text", "--top", "2"],
  ]);
  expect({ code, document }).toMatchObject({
    code: 0,
    document: {
      model: { name: "answers", version: 1 },
      column: "text",
      texts: THINGS.length * ASKED.length,
      searches: queries.map((query) => ({ query, found: [{ text: query, cosine: 1 }, {}] })),
    },
  });
});

test("what cannot be searched is told", async () => {
  await cli.write("topics.csv", csv(labelledTexts(40)));
  await cli.write("topics.yaml", recipe("topics", "topics.csv"));
  expect((await cli.run(["train", "topics.yaml"])).code).toBe(0);
  expect(await cli.json(["search", "topics", "pairs.csv", "refund"])).toMatchObject({
    code: 2,
    document: { error: { code: "MODEL_TASK_UNSUPPORTED" } },
  });
  await cli.write("empty.csv", "text,positive\n,\n,\n");
  for (const [args, error] of [
    [["nowhere.csv", "refund"], "CLI_FILE_NOT_FOUND"],
    [["pairs.csv", "refund", "--column", "body"], "CLI_COLUMN_MISSING"],
    [["empty.csv", "refund"], "CLI_SEARCH_EMPTY"],
    [["pairs.csv"], "CLI_USAGE"],
  ] as const) {
    expect(await cli.json(["search", "answers", ...args])).toMatchObject({ document: { error: { code: error } } });
  }
});
