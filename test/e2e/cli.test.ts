import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";
import { csv, labelledTexts, recipe } from "./labelled-texts.ts";

let cli: CommandLine;
/** Version 1 of `topics`, trained once for all tests that need a model. */
let trained: Awaited<ReturnType<CommandLine["run"]>>;

beforeAll(async () => {
  cli = await CommandLine.inNewFolder();
  await cli.write("topics.csv", csv(labelledTexts(72)));
  await cli.write("topics.yaml", recipe("topics", "topics.csv"));
  trained = await cli.run(["train", "topics.yaml"]);
});

afterAll(() => cli.remove());

/** Trains a file with the small recipe, in the registry of its own name. */
async function trainOn(name: string, content: string | Uint8Array, more = "") {
  await cli.write(`${name}.csv`, content);
  await cli.write(`${name}.yaml`, recipe(name, `${name}.csv`, more));
  return cli.run(["train", `${name}.yaml`, "--registry", `registries/${name}`]);
}

describe("usage", () => {
  test("help shows every verb, and of a verb its examples", async () => {
    const { code, stdout } = await cli.run(["--help"]);
    expect(code).toBe(0);
    for (const verb of [
      "init",
      "data",
      "train",
      "evaluate",
      "predict",
      "search",
      "models",
      "serve",
      "keys",
      "audit",
      "migrate",
      "doctor",
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, "m"));
      expect((await cli.run([verb, "--help"])).stdout).toContain(`$ modelwright ${verb}`);
    }
  });

  test("the version is the package's", async () => {
    expect(await cli.run(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test.each([
    { args: [], says: "Usage: modelwright" },
    { args: ["models"], says: "Usage: modelwright models" },
    { args: ["trian"], says: "unknown command 'trian' (Did you mean train?). See: modelwright --help" },
    { args: ["models", "lits"], says: "unknown command 'lits' (Did you mean list?)" },
    { args: ["train", "topics.yaml", "--epochs", "2"], says: "unknown option '--epochs'" },
    { args: ["models", "lst"], says: "(Did you mean list?). See: modelwright models --help" },
    {
      args: ["runs", "compare", "x"],
      says: "missing required argument 'others'. See: modelwright runs compare --help",
    },
    { args: ["train"], says: "missing required argument 'recipe'. See: modelwright train --help" },
    { args: ["train", "topics.yaml", "--set", "train.epochs"], says: "--set: must be path=value" },
    { args: ["predict", "topics", "a", "--top", "0"], says: "--top: must be a whole number from 1 to 1000, got" },
    { args: ["serve", "topics", "--port", "70000"], says: "--port: must be a whole number from 0 to 65535" },
  ])("$args is answered with exit code 2", async ({ args, says }) => {
    const { code, stdout, stderr } = await cli.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("a failure with --json is one document on stdout too", async () => {
    expect(await cli.json(["train", "missing.yaml"])).toMatchObject({
      code: 2,
      document: { error: { code: "RECIPE_NOT_FOUND", message: expect.stringContaining("missing.yaml") } },
    });
    expect(await cli.json(["train"])).toMatchObject({ code: 2, document: { error: { code: "CLI_USAGE" } } });
  });
});

describe("init", () => {
  test("finds text, label and id columns by a look at the data", async () => {
    const rows = labelledTexts(40).map(({ text, label }, i) => `${i};${label};2026-01-01;"${text}"`);
    await cli.write("My Mails.csv", `ticket_id;queue;date;body\n${rows.join("\n")}\n`);
    const { code, document } = await cli.json(["init", "My Mails.csv"]);
    expect({ code, document }).toMatchObject({
      code: 0,
      document: { recipe: "my-mails.yaml", text: "body", label: "queue", id: "ticket_id", rows: 40 },
    });
    expect(await cli.read("my-mails.yaml")).toContain("columns: { text: body, label: queue, id: ticket_id }");
    const run = await cli.run(["train", "my-mails.yaml", "--set", "train.epochs=1", "--registry", "registries/mails"]);
    expect(run).toMatchObject({ code: 0 });
  });

  test("overwrites nothing without --force", async () => {
    await cli.write("kept.yaml", "mine");
    await cli.write("kept.csv", csv(labelledTexts(40)));
    const { code, stderr } = await cli.run(["init", "kept.csv"]);
    expect(code).toBe(2);
    expect(stderr).toContain("kept.yaml: exists already");
    expect(await cli.read("kept.yaml")).toBe("mine");
    expect(await cli.run(["init", "kept.csv", "--force"])).toMatchObject({ code: 0 });
    expect(await cli.read("kept.yaml")).toContain("name: kept");
  });

  test("answers a file or a task that does not exist, and columns that it cannot tell", async () => {
    expect((await cli.run(["init", "nothing.csv"])).stderr).toContain("nothing.csv: no such file");
    expect((await cli.run(["init", "image-segmentation"])).stderr).toContain('tasks: "text-classification"');
    expect((await cli.run(["init", "--task", "instruction-tuning"])).stderr).toContain("where no file is named");
    expect((await cli.json(["init", "--task", "embedding"])).document).toMatchObject({
      task: "embedding",
      sample: true,
    });
    await cli.write("numbers.csv", "a\n1\n3\n");
    const { code, stderr } = await cli.run(["init", "numbers.csv"]);
    expect(code).toBe(2);
    expect(stderr).toContain('no column holds text, only numbers, dates or few values that repeat: "a"');
    expect(stderr).toContain("or with the column to predict beside others");
    await expect(cli.read("numbers.yaml")).rejects.toThrow("ENOENT");
  });

  test("says what training would refuse, and points to it only where it can work", async () => {
    await cli.write("one-label.csv", csv(labelledTexts(40).map(({ text }) => ({ text, label: "food" }))));
    const refused = await cli.run(["init", "one-label.csv"]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('all 40 rows have the label "food"') });
    expect(refused.stdout).not.toContain("modelwright train");
    await expect(cli.read("one-label.yaml")).rejects.toThrow("ENOENT");

    await cli.write("rare.csv", csv([...labelledTexts(40), { text: "the bank lent money", label: "finance" }]));
    const rare = await cli.run(["init", "rare.csv"]);
    expect(rare.code).toBe(2);
    expect(rare.stdout).toContain("Wrote rare.yaml.");
    expect(rare.stdout).toContain(
      'Before you train: rare.csv: a label has fewer than 2 rows after cleaning: "finance"',
    );
    expect(rare.stdout).not.toContain("modelwright train");
  });

  test("names the task that a slip is meant for", async () => {
    expect(await cli.run(["init", "text-regresion"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Perhaps "text-regression" was meant.'),
    });
  });
});

describe("train", () => {
  test("tells what it does from the recipe to what to try next", () => {
    expect(trained.code).toBe(0);
    // Progress of what takes longer than usual, and nothing else.
    expect(trained.stderr.replaceAll(/^.*: \d+ of \d+ \(.*\n/gm, "")).toBe("");
    for (const line of [
      /^topics: text-classification, run \d{8}-\d{6}-[0-9a-f]{4}$/m,
      /^ {2}split +test 20 %, validation 10 %, by label, seed 7$/m,
      /^ {2}training +3 epochs, batch 32, adamw, seed 7$/m,
      /^ {2}read +72 rows/m,
      /^ {2}the model reads: column "text"$/m,
      /^ {2}2 labels: "food", "sport"$/m,
      /^ {2}epoch {2}3\.0: validation loss \d\.\d+, accuracy/m,
      /^ +topics +majority +tfidf$/m,
      /^ {2}Macro F1 +\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]/m,
      /(is better than|do not decide between).* majority/,
      /^Kept as topics:1 @champion \(first version\)$/m,
      /^ {2}".+" → (food|sport) [\d.>% ]+ .*\d+\.\d ms$/m,
      /^ {2}report +\.modelwright\/models\/topics\/1\/report\.html/m,
      /^ {2}modelwright predict topics "your own text"/m,
    ]) {
      expect(trained.stdout).toMatch(line);
    }
  });

  test("--set overrides any value, and --json gives the result", async () => {
    const args = ["train", "topics.yaml", "--set", "train.epochs=1", "--set", "name=topics-json"];
    expect(await cli.json(args)).toMatchObject({
      code: 0,
      document: {
        status: "finished",
        name: "topics-json",
        version: 1,
        aliases: ["champion"],
        metrics: { f1Macro: { value: expect.any(Number), low: expect.any(Number) } },
        baselines: { majority: expect.any(Object), tfidf: expect.any(Object) },
      },
    });
  });

  test("points at the line and column of a YAML mistake", async () => {
    await cli.write("broken.yaml", "name: broken\ntask: [text-classification\ndata: { source: x.csv }\n");
    const { code, stderr } = await cli.run(["train", "broken.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/broken\.yaml:[23]:\d+: not valid YAML: /);
  });

  test("names the nearest key of one that does not exist", async () => {
    await cli.write("typo.yaml", recipe("typo", "topics.csv", "evaluation: {}\n").replace("epochs:", "epoch:"));
    const { code, stderr } = await cli.run(["train", "typo.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toContain('train.epoch: not a recipe key, got "epoch"; write "epochs"');
    expect(stderr).toContain("evaluation: not a recipe key");
  });

  test("names the file's columns when the recipe's is not there", async () => {
    const { code, stderr } = await cli.run(["train", "topics.yaml", "--set", "data.columns.label=queue"]);
    expect(code).toBe(2);
    expect(stderr).toContain('no column "queue" for label; the file has "text" and "label"');
  });

  const rows = labelledTexts(72);

  test("says which rows without a text or a label were dropped", async () => {
    const holes = [
      ...rows,
      { text: "", label: "food" },
      { text: "no label here", label: "" },
      { text: "   ", label: "sport" },
    ];
    const { code, stdout } = await trainOn("holes", csv(holes));
    expect(code).toBe(0);
    expect(stdout).toMatch(/dropped 3 rows without a text or a label: holes\.csv:74, holes\.csv:75, holes\.csv:76/);
  });

  test.each([
    {
      name: "single",
      content: csv(rows.map(({ text }) => ({ text, label: "food" }))),
      says: /all 72 rows have the label "food"/,
    },
    { name: "three", content: csv(rows.slice(0, 3)), says: /too few|fewer than/ },
    { name: "empty", content: "", says: /empty\.csv: the file is empty/ },
    { name: "header", content: "text,label\n", says: /a header and no rows below it/ },
    { name: "binary", content: new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0]), says: /binary/ },
    {
      name: "ragged",
      content: `${csv(rows)}one,two,three\n`,
      says: /ragged\.csv:74: the row has 3 cells, the header has 2/,
    },
  ])("$name data is answered with exit code 2", async ({ name, content, says }) => {
    const { code, stderr } = await trainOn(name, content);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("reads a byte order mark and Windows line ends as if they were not there", async () => {
    const { code, stdout } = await trainOn("windows", `\uFEFF${csv(rows, "\r\n")}`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}2 labels: "food", "sport"$/m);
  });

  test("handles 200 labels", async () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({
      text: `item number ${i} of shelf ${i % 200} and of box ${(i * 7919) % 1000}`,
      label: `shelf-${i % 200}`,
    }));
    const { code, stdout } = await trainOn("shelves", csv(many), "# 200 labels\n");
    expect(code).toBe(0);
    expect(stdout).toMatch(/200 labels: "shelf-0", "shelf-1", .* 192 more$/m);
  });

  test("SIGINT saves and says how to resume; resuming gives the same model as never stopping", async () => {
    const set = ["--set", "model.fineTune=full", "--set", "train.batchSize=8", "--set", "train.epochs=2"];
    const args = ["train", "topics.yaml", ...set, "--set", "train.checkpointSeconds=0.01"];
    const metrics = async (name: string) => {
      const { code, document } = await cli.json([...args, "--set", `name=${name}`]);
      expect(code).toBe(0);
      return (document as { metrics: unknown }).metrics;
    };
    const whole = await metrics("whole");

    const running = cli.start([...args, "--set", "name=halves"]);
    await running.says(/epoch +1\.0:/);
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.finished;
    expect(stderr).toContain("Press Ctrl-C again to stop at once");
    expect(code).toBe(130);
    const [, command = ""] = /^ {2}modelwright (train .* --resume \S+)$/m.exec(stdout) ?? [];
    expect(command).toContain("--set model.fineTune=full");

    const resumed = await cli.json(command.split(" "));
    expect(resumed).toMatchObject({ code: 0, document: { status: "finished", version: 1, metrics: whole } });
    const again = await cli.run([...args, "--set", "name=halves", "--resume"]);
    expect(again.code).toBe(2);
  });
});

describe("predict", () => {
  test("labels texts from the command line and from a pipe", async () => {
    const { code, stdout } = await cli.run(["predict", "topics", "soup and bread", "the tennis final"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ +[\d.>% ]+ {2}(food|sport) +"soup and bread"\n +[\d.>% ]+ {2}(food|sport) +"the tennis final"\n$/,
    );
    const file = await cli.run(["predict", "topics", "topics.yaml"]);
    expect(file.stderr).toContain(
      '"topics.yaml" is taken as a text; the file of that name is read with --file topics.yaml',
    );
    const piped = await cli.run(["predict", "topics"], { stdin: "soup and bread\r\n\nthe tennis final" });
    const [soup, missing, tennis] = piped.stdout.split("\n");
    expect(`${soup}\n${tennis}\n`).toBe(stdout);
    expect(missing).toBe("       –  (no text)");
    expect(piped.stderr).toContain("1 row without a text: not predicted");
  });

  test("reads a pipe for -, in whatever encoding it is", async () => {
    const gbk = Buffer.from([0xb7, 0xbf, 0xbc, 0xe4, 0xba, 0xdc, 0xb4, 0xf3, 0x0a]); // 房间很大
    const { code, stdout, stderr } = await cli.run(["predict", "topics", "-"], { stdin: gbk });
    expect(code).toBe(0);
    expect(stdout).toContain('"房间很大"');
    expect(stderr).toContain("the piped text:1: not valid UTF-8, so it was read as gb18030 (Chinese)");
    const named = await cli.run(["predict", "topics", "--file", "-", "--encoding", "gbk"], { stdin: gbk });
    expect(named).toMatchObject({ code: 0, stdout });
    expect(named.stderr).toMatch(/^ {2}! most letters here are Chinese, .*\n$/);
    expect(await cli.run(["predict", "topics", "-", "--encoding", "utf-9"], { stdin: gbk })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"utf-9" is no encoding that is known'),
    });
  });

  test("--json gives label, probability and the likeliest labels", async () => {
    const { code, document } = await cli.json(["predict", "topics@champion", "soup", "--top", "5"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      model: { name: "topics", version: 1 },
      rows: 1,
      predictions: [
        { text: "soup", probabilities: [{ label: expect.any(String) }, { probability: expect.any(Number) }] },
      ],
    });
  });

  test("keeps every column of a file and overwrites nothing", async () => {
    await cli.write(
      "june.csv",
      '\uFEFFid,body,predicted_label\r\n1,"hot, ""fresh"" soup",x\r\n2,,y\r\n3,"two\r\nlines of golf",z\r\n',
    );
    const args = ["predict", "topics", "--file", "june.csv", "--column", "body", "--output", "june-labels.csv"];
    const { code, stdout, stderr } = await cli.run(args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("Wrote 3 rows with labels to june-labels.csv.");
    expect(await cli.read("june-labels.csv")).toMatch(
      /^id,body,predicted_label,predicted_label_new2,predicted_probability\n1,"hot, ""fresh"" soup",x,(food|sport),0\.\d+\n2,,y,,\n3,"two\r\nlines of golf",z,(food|sport),0\.\d+\n$/,
    );
    expect(await cli.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining("exists already") });
    expect(await cli.run([...args, "--force"])).toMatchObject({ code: 0 });
  });

  test("reads and writes JSON Lines whose rows have different keys", async () => {
    await cli.write("mixed.jsonl", '{"text":"soup","n":1.10}\n{"text":"golf","tags":["a"],"n":9007199254740993}\n');
    expect(await cli.run(["predict", "topics", "--file", "mixed.jsonl", "--output", "mixed.csv"])).toMatchObject({
      code: 0,
    });
    expect(await cli.read("mixed.csv")).toMatch(
      /^text,n,tags,predicted_label,predicted_probability\nsoup,1\.10,,.*\ngolf,9007199254740993,"\[""a""\]",/,
    );
    expect(await cli.run(["predict", "topics", "--file", "mixed.jsonl", "--output", "mixed-out.jsonl"])).toMatchObject({
      code: 0,
    });
    const lines = (await cli.read("mixed-out.jsonl")).trim().split("\n");
    expect(lines[0]).toMatch(
      /^\{"text":"soup","n":1\.10,"predicted_label":"(food|sport)","predicted_probability":0\.\d+\}$/,
    );
    expect(lines[1]).toMatch(/^\{"text":"golf","n":9007199254740993,"tags":\["a"\],"predicted_label":/);
  });

  test.each([
    { args: ["topic", "soup"], says: 'no model "topic" in the registry; did you mean "topics"?' },
    { args: ["topics:9", "soup"], says: 'model "topics" has no version 9' },
    { args: ["topics"], says: "no text to predict" },
    { args: ["topics", "--file", "nothing.csv"], says: "nothing.csv: no such file" },
    { args: ["topics", "--file", "topics.yaml"], says: 'extension ".yaml" tells no format' },
    {
      args: ["topics", "--file", "topics.csv", "--column", "body"],
      says: 'no column "body"; the file has "text" and "label"',
    },
    { args: ["topics", "soup", "--output", "out.xlsx"], says: 'extension ".xlsx" tells no format' },
    { args: ["topics", "soup", "--output", "no/such/folder.csv"], says: "cannot be written" },
  ])("$args is answered with exit code 2", async ({ args, says }) => {
    const { code, stderr } = await cli.run(["predict", ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test("finds the column, says so and what is odd about the file, and refuses what is no text", async () => {
    await cli.write("named.csv", Buffer.from("n,body\n1,caf\xe9 soup and bread\n2,the tennis final\n", "latin1"));
    const { code, stderr } = await cli.run(["predict", "topics", "--file", "named.csv"]);
    expect(code).toBe(0);
    expect(stderr).toContain('named.csv: no column is called "text"; "body" looks like it and was taken');
    expect(stderr).toContain("named.csv:2: not valid UTF-8, so it was read as windows-1252");
    await cli.write("object.jsonl", '{"text":"soup"}\n{"text":{"a":1}}\n');
    expect(await cli.run(["predict", "topics", "--file", "object.jsonl"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('object.jsonl:2: "text" must be a string, got an object'),
    });
  });

  test("a broken row leaves no half-written output", async () => {
    await cli.write("torn.csv", `text\nsoup\n"never closed\n`);
    const { code, stderr } = await cli.run(["predict", "topics", "--file", "torn.csv", "--output", "torn-out.csv"]);
    expect(code).toBe(2);
    expect(stderr).toContain("torn.csv:3: a quoted cell is opened and never closed");
    await expect(cli.read("torn-out.csv")).rejects.toThrow("ENOENT");
  });
});

describe("evaluate", () => {
  test("evaluates a kept model and counts what it leaves out", async () => {
    await cli.write("held.csv", csv([...labelledTexts(20), { text: "the bank lent money", label: "finance" }]));
    const { code, stdout } = await cli.run(["evaluate", "topics", "held.csv"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^topics:1 on 20 rows of held\.csv, with 95 % intervals \(--all: every metric\)\n {2}! left out: 1 row has the label "finance", which/,
    );
    expect(stdout).toMatch(/^actual \\ predicted +food +sport$/m);
    expect(await cli.json(["evaluate", "topics", "held.csv"])).toMatchObject({
      document: { rows: 20, labels: ["food", "sport"], confusion: [expect.any(Array), expect.any(Array)] },
    });
  });

  test("names its own arguments where something is missing, not the keys of a recipe", async () => {
    await cli.write("other-columns.csv", "amount,label\n17,food\n");
    expect(await cli.run(["evaluate", "topics", "none.csv"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error none\.csv: no such file.*\[CLI_FILE_NOT_FOUND\]$/m),
    });
    expect(await cli.run(["evaluate", "topics", "other-columns.csv"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /no column "text".*amount.* Name one of them with --text\. \[CLI_COLUMN_MISSING\]$/m,
      ),
    });
  });
});

describe("models", () => {
  /** Tags, notes, experiments, comparison and lineage of versions 1 and 2, the second of which was trained for 2 epochs. */
  async function findItsWay(json: (...args: string[]) => Promise<unknown>) {
    const answer = async (...args: string[]) => (await cli.json(args)).document;
    expect(await answer("tag", "topics:2", "团队=客服", "reviewed")).toMatchObject({
      tags: { reviewed: "", 团队: "客服" },
    });
    expect(await answer("note", "topics@staging", "# 更好", "--by", "安娜")).toMatchObject({
      version: 2,
      notes: [{ ordinal: 1, text: "# 更好", by: "安娜" }],
    });
    expect(await json("list", "--tag", "团队=客服", "reviewed")).toMatchObject({ models: [{ name: "topics" }] });
    expect(await answer("runs", "list", "--tag", "reviewed")).toMatchObject({ runs: [] });
    const shown = (await cli.run(["models", "show", "topics:2"])).stdout;
    expect(shown).toMatch(/tags +reviewed, 团队=客服/);
    expect(shown).toContain("# 更好");
    const { experiments } = (await answer("experiments")) as { readonly experiments: unknown };
    expect(experiments).toContainEqual(
      expect.objectContaining({
        name: "topics",
        dataVersions: 1,
        best: expect.objectContaining({ metric: "f1Macro" }),
      }),
    );
    const compared = await json("compare", "topics:1", "topics:2", "--on", "topics.csv");
    expect(compared).toMatchObject({
      sameTestRows: true,
      learntRows: { came: 0, went: 0 },
      sources: [{ name: "topics.csv" }],
      recipe: [{ path: "train.epochs", after: "2" }],
      paired: { rows: 72, trainedOn: { before: 58, after: 58 } },
    });
    const { sources } = compared as { readonly sources: readonly { readonly after: { readonly version: string } }[] };
    expect(sources[0]!.after).toMatchObject({ rows: 72 });
    const { run } = (await json("lineage", "topics:2")) as { readonly run: { readonly id: string } };
    for (const data of ["topics.csv", sources[0]!.after.version.slice(0, 12)]) {
      expect(await json("lineage", "--data", data)).toMatchObject({
        runs: expect.arrayContaining([
          expect.objectContaining({ runId: run.id, versions: ["topics:2"] }),
          expect.objectContaining({ versions: ["topics:1"] }),
        ]),
      });
    }
  }

  test("every sub-verb answers in JSON, and an alias moves and comes back", async () => {
    expect(await cli.run(["train", "topics.yaml", "--set", "train.epochs=2"])).toMatchObject({ code: 0 });
    const json = async (...args: string[]) => {
      const { code, document } = await cli.json(["models", ...args]);
      expect(code).toBe(0);
      return document;
    };
    await json("promote", "topics:1", "champion", "--reason", "steadier");
    expect(await json("promote", "topics:2", "staging")).toMatchObject({ version: 2 });
    expect(await json("promote", "topics:2")).toMatchObject({ aliases: ["champion", "staging"] });
    expect(await json("rollback", "topics")).toMatchObject({ version: 1 });
    expect(await json("history", "topics")).toMatchObject({
      moves: expect.arrayContaining([expect.objectContaining({ kind: "rollback" })]),
    });
    expect(await json("list")).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ name: "topics", versions: 2 })]),
    });
    expect(await json("show", "topics@staging")).toMatchObject({
      version: 2,
      versions: [1, 2],
      manifest: { labels: ["food", "sport"] },
    });
    expect(await json("verify", "topics:2")).toMatchObject({ intact: true });
    await findItsWay(json);
    const toOnnx = ["export", "topics:2", "exported", "--as", "onnx"];
    expect((await cli.json(toOnnx)).document).toMatchObject({ folder: expect.stringMatching(/exported$/) });
    expect(await cli.read("exported/config.json")).toContain("food");
    expect((await cli.run(toOnnx)).code).toBe(2);

    expect((await cli.run(["models", "delete", "topics:2"])).stderr).toContain("Run the command again with --yes");
    expect((await cli.run(["models", "delete", "topics:2", "--yes"])).stderr).toContain("@staging points at it");
    await json("demote", "topics", "staging");
    const archived = await json("archive", "topics:2", "--reason", "短邮件不准", "--by", "安娜");
    expect(archived).toMatchObject({ archived: { what: "topics:2", by: "安娜" } });
    expect((await cli.run(["predict", "topics:2", "a goal"])).stderr).toContain("modelwright models restore topics:2");
    expect(await json("list", "--archived")).toMatchObject({ models: [{ name: "topics", latestVersion: 1 }] });
    expect((await cli.run(["models", "delete", "topics", "--yes"])).stderr).toContain("models archive topics");
    expect(await json("restore", "topics:2")).toMatchObject({ restored: true });
    expect(await json("delete", "topics:2", "--yes")).toMatchObject({ deleted: true });
    expect((await cli.run(["models", "show", "topics:2"])).code).toBe(2);
  });

  test("a version whose files were changed is told with exit code 1", async () => {
    await trainOn("tampered", csv(labelledTexts(72)));
    await cli.write("registries/tampered/models/tampered/1/config.json", "{}");
    const { code, stderr } = await cli.run(["models", "verify", "tampered", "--registry", "registries/tampered"]);
    expect(code).toBe(1);
    expect(stderr).toContain("config.json");
  });

  test("an empty registry, named by the environment, says how to fill it", async () => {
    const { code, stdout } = await cli.run(["models", "list"], { env: { MODELWRIGHT_REGISTRY: "registries/new" } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/No model yet in .*registries.new\.\nTrain one with: modelwright train/);
  });
});

describe("serve", () => {
  test("prints an address that answers, and stops gracefully", async () => {
    const server = cli.start(["serve", "topics", "--port", "0", "--workers", "1", "--json"]);
    const [, url = ""] = await server.says(/"url": "(.*)"/);
    await server.says(/"pid"/);
    const models = await fetch(`${url}/v1/models`);
    expect(models.status).toBe(200);
    server.child.kill("SIGTERM");
    const { code, stdout, stderr } = await server.finished;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ url: expect.stringMatching(/^http:/), models: ["topics"] });
    expect(stderr).toContain("Stopped; every request was answered.");
  });

  test("a port in use and a model that does not exist are answered with exit code 2", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const taken = await cli.run(["serve", "topics", "--port", String(port)]);
    other.close();
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${port} on 127.0.0.1 is in use`) });
    expect(await cli.run(["serve", "topisc", "--port", "0"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "topics"?'),
    });
  });
});

describe("keys", () => {
  test("a key is printed once, listed without what lets one in, and revoked", async () => {
    const at = ["--registry", "registries/keys"];
    const made = await cli.json(["keys", "create", "网店", "--model", "tickets", "--expires", "90d", ...at]);
    const { token, key } = made.document as { token: string; key: { id: string; expiresAt: string } };
    expect(token).toMatch(new RegExp(`^mw_${key.id}_[A-Za-z0-9_-]{43}$`));
    expect(key).toMatchObject({ name: "网店", roles: ["predict"], models: ["tickets"] });
    expect((Date.parse(key.expiresAt) - Date.now()) / 86_400_000).toBeCloseTo(90, 1);
    const listed = await cli.run(["keys", "list", ...at]);
    expect(listed.stdout).toMatch(new RegExp(`网店 +${key.id} +predict +tickets`));
    expect(listed.stdout + listed.stderr).not.toContain(token.slice(-43));
    expect(await cli.run(["keys", "create", "网店", ...at])).toMatchObject({ code: 2 });
    expect(await cli.run(["keys", "revoke", "网店", ...at])).toMatchObject({ code: 0 });
    expect((await cli.run(["keys", "list", ...at])).stdout).toContain("1 revoked or expired: --all shows them");
    const { document } = await cli.json(["audit", "--since", "1h", "--model", "tickets", ...at]);
    expect(document).toMatchObject({
      records: [{ action: "key.create" }, { action: "key.revoke", target: "key 网店" }],
    });
  });

  test.each([
    [["--role", "root"], '--role: must be "read", "predict", "label", "promote" or "admin"'],
    [["--expires", "yesterday"], "--expires: must be a time such as 12h or 90d"],
    [["--per-minute", "0"], "--per-minute: must be a whole number"],
  ])("%j is refused", async (args, says) => {
    const { code, stderr } = await cli.run(["keys", "create", "x", ...args, "--registry", "registries/no-keys"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});

describe("migrate", () => {
  test("says what would be done, does it, and then that there is nothing to do", async () => {
    const at = ["--registry", "registries/to-migrate"];
    const planned = await cli.run(["migrate", "--dry-run", ...at]);
    expect(planned).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/to-migrate would be made, with schema \d+/),
    });
    expect(await cli.json(["migrate", ...at])).toMatchObject({ code: 0, document: { dryRun: false, from: 0 } });
    const again = await cli.run(["migrate", ...at]);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("there is nothing to do") });
  });
});

describe("doctor", () => {
  test("lets no driver write beside its lines", async () => {
    const { stdout, stderr } = await cli.run(["doctor", "--verbose"]);
    expect(stdout).toMatch(/^✓ Node\.js/);
    const foreign = stderr.split("\n").filter((line) => line !== "" && !/^looking at [a-z]+$/.test(line));
    expect(foreign).toEqual([]);
  });

  test("looks at a pretrained model, and fails for one that it cannot read", async () => {
    const { code, stdout } = await cli.run([
      "doctor",
      fileURLToPath(new URL("../parity/fixtures/encoders/mpnet", import.meta.url)),
    ]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^✓ family +mpnet: 2 layers[\s\S]*Ready to be trained/)]);
    const missing = await cli.run(["doctor", "./nothing"]);
    expect(missing).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("✗ model           ./nothing: there is no"),
    });
  });

  test("multiplies matrices and says that the machine is ready", async () => {
    const { code, document } = await cli.json(["doctor"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      ready: true,
      findings: expect.arrayContaining([
        expect.objectContaining({ check: "matrix product", facts: expect.objectContaining({ exact: true }) }),
        expect.objectContaining({
          check: "registry",
          facts: expect.objectContaining({ sqlite: expect.stringMatching(/^3\./) }),
        }),
      ]),
    });
  });
});
