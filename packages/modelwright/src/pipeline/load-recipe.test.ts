import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelwrightError, taskNames } from "@modelwright/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRecipe, override } from "./load-recipe.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-recipe-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

async function failureOf(attempt: Promise<unknown>): Promise<ModelwrightError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelwrightError);
  return error as ModelwrightError;
}

const YAML = "name: mail\ntask: text-classification\ndata:\n  source: mails.csv\n";

describe("loadRecipe", () => {
  test("reads YAML, fills in defaults, and remembers the folder that paths start from", async () => {
    const path = await file("plain.yaml", YAML);
    const { recipe, baseDir, path: resolved } = await loadRecipe(path);
    expect(recipe).toMatchObject({ name: "mail", data: { source: "mails.csv" }, train: { epochs: 8, batchSize: 32 } });
    expect({ baseDir, resolved }).toEqual({ baseDir: directory, resolved: path });
  });

  test.each([
    ["a byte-order mark and Windows line ends", "bom.yaml", `\uFEFF${YAML.replaceAll("\n", "\r\n")}`],
    [
      "JSON",
      "plain.json",
      JSON.stringify({ name: "mail", task: "text-classification", data: { source: "mails.csv" } }),
    ],
    [
      "a TypeScript module with types",
      "typed.ts",
      'interface R { name: string }\nconst n: R = { name: "mail" };\nexport default { ...n, task: "text-classification" as const, data: { source: "mails.csv" } };\n',
    ],
    [
      "a JavaScript module",
      "plain.mjs",
      'export default { name: "mail", task: "text-classification", data: { source: "mails.csv" } };\n',
    ],
  ])("reads %s alike", async (_, name, text) => {
    const { recipe } = await loadRecipe(await file(name, text));
    const { recipe: plain } = await loadRecipe(await file("same.yaml", YAML));
    expect(recipe).toEqual(plain);
  });

  test("a YAML error names the file, the line and the column", async () => {
    const path = await file("broken.yaml", `${YAML}train:\n  epochs: 2\n   batchSize: 3\n`);
    const error = await failureOf(loadRecipe(path));
    expect(error).toMatchObject({ code: "RECIPE_NOT_YAML", details: { path, line: 6 } });
    expect(error.message).toMatch(/broken\.yaml:6:\d+: not valid YAML/);
  });

  test.each([
    ["a tab", "name: mail\ndata:\n\tsource: a.csv\n", 3, /spaces/],
    [
      "a bracket that is not closed",
      "name: mail\nevaluate:\n  baselines: [tfidf\ntrain:\n  epochs: 3\n",
      3,
      /\[ that opens here/,
    ],
    ["a brace that is not closed", "name: mail\ndata: { source: a\ntask: b\n", 2, /\{ that opens here/],
    ["a quote that is not closed", 'task: b\nname: "mail\ntrain:\n  epochs: 3\n', 2, /" that opens here/],
    ["a key written twice", `${YAML}name: other\n`, 5, /Keep one/],
    [
      "aliases that blow it up",
      `a: &a [${"1,".repeat(30)}]\nb: &b [${"*a,".repeat(30)}]\nc: [${"*b,".repeat(30)}]\n`,
      1,
      /out/,
    ],
  ])("%s is told on its line with what to do", async (_, text, line, told) => {
    const error = await failureOf(loadRecipe(await file("mistake.yaml", text)));
    expect(error).toMatchObject({ code: "RECIPE_NOT_YAML", details: { line } });
    expect(error.message).toMatch(told);
  });

  test.each(["tickets.csv", "tickets.jsonl", "notes.txt"])(
    "%s is data: init is what makes a recipe of it",
    async (name) => {
      const path = await file(name, "text,label\n");
      const error = await failureOf(loadRecipe(path));
      expect(error.code).toBe("RECIPE_IS_DATA");
      expect(error.remedy).toContain(`modelwright init ${path}`);
    },
  );

  test("a folder is data too", async () => {
    expect(await failureOf(loadRecipe(directory))).toMatchObject({ code: "RECIPE_IS_DATA" });
  });

  test("a key written twice is an error, not the last of the two", async () => {
    const error = await failureOf(loadRecipe(await file("twice.yaml", `${YAML}name: other\n`)));
    expect(error).toMatchObject({ code: "RECIPE_NOT_YAML", details: { line: 5, column: 1 } });
  });

  test.each(["nowhere.yaml", "nowhere.ts"])("%s that does not exist is answered by its path", async (name) => {
    const path = join(directory, name);
    expect(await failureOf(loadRecipe(path))).toMatchObject({ code: "RECIPE_NOT_FOUND", details: { path } });
  });

  test.each([
    ["a module that does not parse", "syntax.ts", "export default {\n  name: 'mail',,\n};\n"],
    ["a module that throws", "throws.ts", "throw new Error('no mails today');\n"],
    ["a module that imports what is not there", "import.ts", "import './nothing.ts';\nexport default {};\n"],
  ])("%s is answered with its path and the problem", async (_, name, text) => {
    const path = await file(name, text);
    expect(await failureOf(loadRecipe(path))).toMatchObject({ code: "RECIPE_NOT_LOADED", details: { path } });
  });

  test.each([
    ["nothing", ""],
    ["a list", "- name: mail\n"],
    ["a word", "hello\n"],
  ])("a file that holds %s is an invalid recipe, with overrides too", async (what, text) => {
    const path = await file(`${what.replace(" ", "-")}.yaml`, text);
    expect(await failureOf(loadRecipe(path))).toMatchObject({ code: "RECIPE_INVALID" });
    expect(await failureOf(loadRecipe(path, { "train.epochs": "2" }))).toMatchObject({ code: "RECIPE_INVALID" });
  });

  test("overrides are read as YAML, make the mappings they need and are checked with the rest", async () => {
    const path = await file("override.yaml", YAML);
    const { recipe } = await loadRecipe(path, {
      "train.epochs": "2.5",
      "train.earlyStopping.metric": "loss",
      "evaluate.gates": "{ f1Macro: { min: 0.9 } }",
      "evaluate.baselines": "[]",
      name: "other",
    });
    expect(recipe).toMatchObject({
      name: "other",
      train: { epochs: 2.5, earlyStopping: { metric: "loss" } },
      evaluate: { gates: { f1Macro: { min: 0.9 } }, baselines: [] },
    });
    const error = await failureOf(loadRecipe(path, { "train.epoch": "2", "train.batchSize": "many" }));
    expect(error.message).toContain("train.epoch");
    expect(error.message).toContain('write "epochs"');
    expect(error.message).toContain('--set train.batchSize: must be a number, got "many"');
    expect(error.message).toMatch(/override\.yaml with --set: 2 values break a rule/);
    const together = await failureOf(loadRecipe(path, { "data.split.test": "0.99" }));
    expect(together.message).toMatch(/override\.yaml with --set data\.split\.test=0\.99: one value breaks a rule/);
    expect(together.message).toContain(
      "data.split.validation: must leave rows to train on, beside the share for the test",
    );
  });

  test.each([
    [{ "model.bagLength": "512", "model.fineTune": "frozen" }, "a bag is trained together with the encoder"],
    [{ "model.bagLength": "64", "model.maxLength": "128" }, "a bag reads at least as much as the encoder"],
  ])("values that do not go together are answered with what to write: %j", async (overrides, rule) => {
    const error = await failureOf(loadRecipe(await file("bag.yaml", YAML), overrides));
    expect(error.message).toContain(`model.bagLength: ${rule}`);
    expect(error.message).toMatch(/; write /);
  });

  test.each([
    [{ task: "text-classificaton" }, "task: ", 'did you mean "text-classification"?'],
    [{ task: "[]" }, "--set task: ", `must be one of ${taskNames.map((name) => `"${name}"`).join(", ")}`],
    [
      { "model.heads": "3" },
      "model.width: a multiple of heads, 3, which 256 is not",
      "a multiple of 3, for example 258",
    ],
    [{ "model.sequenceLength": "100" }, "model.sequenceLength: ", "must be a multiple of 8"],
    [{ "data.split": "{ test: 0.6, validation: 0.4 }" }, "data.split.validation: test and validation", "less than 0.4"],
    [{ "model.layer": "2" }, "model.layer: not a recipe key", 'write "layers"'],
    [{ "train.classWeights": "none" }, "train.classWeights: not a recipe key", "write "],
  ])("a recipe of a language model with %j is answered with the rule and what to write", async (set, rule, instead) => {
    const path = await file(
      "language.yaml",
      "name: gpt\ntask: causal-language-modeling\ndata: { source: texts }\nmodel: { tokenizer: unigram }\n",
    );
    const error = await failureOf(loadRecipe(path, set));
    expect(error.code).toBe("RECIPE_INVALID");
    expect(error.message).toContain(rule);
    expect(error.message).toContain(instead);
  });

  test.each([
    ["causal-language-modeling", "byte-pair"],
    ["masked-language-modeling", "word-piece"],
  ])("a recipe of %s has a tokenizer of %s unless it says otherwise", async (task, tokenizer) => {
    const path = await file(`${task}.yaml`, `name: lm\ntask: ${task}\ndata: { source: texts }\n`);
    const { recipe } = await loadRecipe(path);
    expect(recipe).toMatchObject({ task, model: { tokenizer, layers: 4 }, train: { epochs: 1, learningRate: 5e-4 } });
  });

  test("an override that is not YAML is answered, naming its path", async () => {
    const error = await failureOf(loadRecipe(await file("bad-set.yaml", YAML), { "evaluate.gates": "{ f1Macro: [" }));
    expect(error.message).toContain("evaluate.gates");
  });

  test.each(["__proto__.polluted", "constructor.prototype.polluted", "train.__proto__.polluted", "__proto__"])(
    "%s changes no prototype and is refused as an unknown key",
    async (key) => {
      const error = await failureOf(loadRecipe(await file("prototype.yaml", YAML), { [key]: "1" }));
      expect(error.code).toBe("RECIPE_INVALID");
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  test("__proto__ in the file itself is refused too", async () => {
    const error = await failureOf(loadRecipe(await file("proto-key.yaml", `${YAML}__proto__: { polluted: 1 }\n`)));
    expect(error.code).toBe("RECIPE_INVALID");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("override", () => {
  test("changes a copy", () => {
    const recipe = { train: { epochs: 1 }, data: { source: "a" } };
    expect(override(recipe, { "train.epochs": "3" })).toEqual({ train: { epochs: 3 }, data: { source: "a" } });
    expect(recipe.train.epochs).toBe(1);
  });

  test("leaves what is no plain data for the schema to refuse", () => {
    const name = () => "mail";
    expect(override({ name }, { "train.epochs": "2" })).toEqual({ name, train: { epochs: 2 } });
  });

  test("puts a mapping where a plain value stood", () => {
    expect(override({ train: 3 }, { "train.epochs": "2" })).toEqual({ train: { epochs: 2 } });
  });
});
