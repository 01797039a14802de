import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";
import { chineseReviews } from "./support/chinese-reviews.ts";
import { smallCorpus } from "./support/small-corpus.ts";

let shell: CommandLine;

const RECIPE = [
  "name: mails",
  "task: text-classification",
  "data: { source: corpus.csv, clean: { duplicates: exact } }",
  "model: { fineTune: frozen, maxLength: 16 }",
  "train: { epochs: 3, checkpointSeconds: 0.1 }",
  "evaluate: { baselines: [], bootstrap: 100 }",
].join("\n");

beforeAll(async () => {
  shell = await CommandLine.inNewFolder();
  await shell.write("corpus.csv", smallCorpus());
  await shell.write("mails.yaml", RECIPE);
});
afterAll(() => shell.remove());

/** Runs until it is stopped, with the recipe's own model. */
const ENDLESS = ["--set", "train.epochs=100000", "--set", "train.earlyStopping.patience=100000"];

type Runs = { readonly runs: { id: string; status: string; versions: string[]; error?: { code: string } }[] };

async function runs(registry: string): Promise<Runs["runs"]> {
  return ((await shell.json(["runs", "list", "--registry", registry])).document as Runs).runs;
}

describe("runs", () => {
  test("are listed, shown, compared and removed", async () => {
    const train = ["train", "mails.yaml", "--registry", "kept"];
    expect((await shell.run(train)).code).toBe(0);
    expect((await shell.run([...train, "--set", "train.epochs=4"])).code).toBe(0);
    const [newer, older] = await runs("kept");
    expect([newer, older]).toMatchObject([
      { status: "finished", versions: ["mails:2"] },
      { status: "finished", versions: ["mails:1"] },
    ]);
    const show = await shell.run(["runs", "show", older!.id, "--registry", "kept"]);
    expect(show.stdout).toContain("mails:1");
    expect(show.stdout).toContain("3 epochs");
    const compared = await shell.run(["runs", "compare", older!.id, newer!.id, "--registry", "kept"]);
    expect(compared.stdout).toMatch(/train\.epochs +3 +4\n/);
    expect(compared.stdout).not.toContain("data differ");
    const refused = await shell.run(["runs", "remove", older!.id, "--yes", "--registry", "kept"]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("mails:1") });
  });

  test("whose process was killed are interrupted, say so, and go on or are removed", async () => {
    const killed = shell.start(["train", "mails.yaml", "--registry", "killed", ...ENDLESS]);
    await killed.says(/epoch +1\.0/);
    killed.child.kill("SIGKILL");
    await killed.finished;
    const [run] = await runs("killed");
    expect(run?.status).toBe("interrupted");
    const other = await shell.run(["train", "mails.yaml", "--registry", "killed", "--resume"]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain(`run ${run!.id} has another recipe: train.epochs is 100000 there and 3 here`);
    const asked = await shell.run(["runs", "remove", "--unfinished", "--registry", "killed"]);
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    expect((await shell.run(["runs", "remove", "--unfinished", "--yes", "--registry", "killed"])).code).toBe(0);
    expect(await runs("killed")).toEqual([]);
  });

  test("that were killed in their second candidate go on with it, as planned and measured before", async () => {
    const train = [
      "train",
      "mails.yaml",
      "--registry",
      "auto",
      "--set",
      "model.fineTune=auto",
      "--set",
      "train.epochs=1",
      "--set",
      "train.checkpointSeconds=0.001",
    ];
    const killed = shell.start(train);
    await killed.says(/Training frozen[\s\S]*epoch +7\.0/);
    killed.child.kill("SIGKILL");
    const before = (await killed.finished).stdout;
    const resumed = await shell.run([...train, "--resume"]);
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/Kept as mails:1 @champion/) });
    const after = resumed.stdout;
    expect(after).toMatch(
      /tfidf +linear model .* reached macro F1 [\d.]+ before\n +frozen .* was interrupted, goes on\n/,
    );
    expect(after).toMatch(
      /Going on with frozen: head on use-lite-en\n.*\n {2}vectors of \d+ texts from the cache\n {2}goes on after step \d+ of \d+\n/,
    );
    // The estimate follows from what was measured: measured again it would hardly be the same.
    const [plan] = /^ +full .*$/m.exec(before) ?? [];
    expect(after).toContain(plan);
  });

  test("at which a process works cannot be removed or taken up by another", async () => {
    const train = ["train", "mails.yaml", "--registry", "busy", ...ENDLESS];
    const working = shell.start(train);
    await working.says(/epoch +1\.0/);
    const [run] = await runs("busy");
    expect(run?.status).toBe("running");
    for (const args of [
      ["runs", "remove", run!.id, "--yes", "--registry", "busy"],
      [...train, "--resume"],
    ]) {
      expect(await shell.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining("REGISTRY_RUN_ACTIVE") });
    }
    working.child.kill("SIGKILL");
    await working.finished;
  });
});

test("two trainings at once: each alias move was decided against the version that it left", async () => {
  const train = ["train", "mails.yaml", "--registry", "twice"];
  expect((await shell.run(train)).code).toBe(0);
  const ends = await Promise.all([shell.run(train), shell.run(train)]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  const { document } = await shell.json(["models", "history", "mails", "--registry", "twice"]);
  const { moves } = document as { moves: { from: number | null; reason: string }[] };
  expect(moves).toHaveLength(3);
  for (const { from, reason } of moves.slice(1)) expect(reason).toContain(`version ${from}`);
});

test("train goes on when its reader has gone, and tells its end on stderr", async () => {
  const bin = new URL("../../packages/modelwright/bin/modelwright.js", import.meta.url).pathname;
  const command = `${process.execPath} ${bin} train mails.yaml --registry gone | head -1; exit \${PIPESTATUS[0]}`;
  const env = { ...process.env, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: shell.folder, encoding: "utf8", env });
  expect(stdout).toMatch(/^mails: text-classification, run .*\n$/);
  expect(stderr).toContain("training goes on");
  expect(stderr).toContain("Kept as mails:1 @champion");
  expect(status).toBe(0);
  expect((await runs("gone"))[0]).toMatchObject({ status: "finished", versions: ["mails:1"] });
});

/** A file system of this size; undefined where one may not make one. */
async function smallDisk(folder: string, size: string): Promise<string | undefined> {
  const path = join(shell.folder, folder);
  await mkdir(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

test.for(["100k", "1m", "20m"])(
  "a disk of %s that is full is told as such, and nothing is half kept",
  async (size, { skip }) => {
    const disk = await smallDisk(`disk-${size}`, size);
    if (disk === undefined) return skip("mounting a small disk takes more rights");
    try {
      const { code, stderr } = await shell.run([
        "train",
        "mails.yaml",
        "--registry",
        disk,
        "--set",
        "model.fineTune=full",
      ]);
      expect(code).toBe(1);
      expect(stderr).not.toMatch(/object Object|mistake of modelwright|cannot rollback/);
      expect(stderr).toMatch(/no space left|disk is full|disk full/i);
      expect(stderr).toMatch(/[Ff]ree .*space/);
    } finally {
      execFileSync("umount", ["-l", disk]);
    }
  },
);

test("a registry that is mounted read-only is listed, asked and served; training says what to do", async ({ skip }) => {
  expect((await shell.run(["train", "mails.yaml", "--registry", "fixed"])).code).toBe(0);
  const path = join(shell.folder, "fixed");
  try {
    execFileSync("mount", ["--bind", path, path], { stdio: "ignore" });
    execFileSync("mount", ["-o", "remount,bind,ro", path], { stdio: "ignore" });
  } catch {
    return skip("mounting takes more rights");
  }
  try {
    const listed = await shell.run(["models", "list", "--registry", "fixed"]);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining("mails") });
    expect((await shell.run(["runs", "list", "--registry", "fixed"])).code).toBe(0);
    expect((await shell.run(["predict", "mails", "where is it", "--registry", "fixed"])).code).toBe(0);
    const server = shell.start(["serve", "mails", "--registry", "fixed", "--port", "0"]);
    const [url] = await server.says(/http:\/\/127\.0\.0\.1:\d+/);
    expect((await fetch(`${url}/v2/health/ready`)).status).toBe(200);
    server.child.kill("SIGTERM");
    expect(await server.finished).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("mistake of modelwright"),
    });
    const trained = await shell.run(["train", "mails.yaml", "--registry", "fixed"]);
    expect(trained.code).not.toBe(0);
    expect(trained.stderr).toMatch(/read-only|cannot be written/);
    expect(trained.stderr).not.toContain("mistake of modelwright");
  } finally {
    execFileSync("umount", ["-l", path]);
  }
});

test("a model from a folder beside the recipe: every weight trained, served, and named with its digest", async () => {
  await cp(fileURLToPath(new URL("../parity/fixtures/encoders/mpnet", import.meta.url)), join(shell.folder, "mpnet"), {
    recursive: true,
  });
  await shell.write("mpnet/README.md", "---\nlicense: mit\nlanguage: en\n---\n");
  await shell.write(
    "from-folder.yaml",
    RECIPE.replace("name: mails", "name: folder").replace("frozen", "full, base: mpnet"),
  );
  const { code, stdout, stderr } = await shell.run(["train", "from-folder.yaml", "--registry", "folder"]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(stdout).toMatch(/mpnet: \d+ k parameters, all trained/);
  const version = join(shell.folder, "folder/models/folder/1");
  const read = async (name: string) => JSON.parse(await readFile(join(version, name), "utf8"));
  expect(await read("config.json")).toMatchObject({
    model_type: "mpnet",
    architectures: ["MPNetForSequenceClassification"],
    hidden_size: 16,
    problem_type: "single_label_classification",
  });
  const digest = createHash("sha256")
    .update(await readFile(join(shell.folder, "mpnet/model.safetensors")))
    .digest("hex");
  expect((await read("modelwright.json")).model).toMatchObject({ base: "mpnet", baseSha256: digest, fineTune: "full" });
  expect(await readFile(join(version, "README.md"), "utf8")).toMatch(
    new RegExp(`Base weights \`mpnet\`, \`sha256:${digest}\`, licence mit`),
  );
  const answer = await shell.run(["predict", "folder:1", "the match of tennis", "--registry", "folder"]);
  expect(answer).toMatchObject({ code: 0, stdout: expect.stringMatching(/\d %/) });
});

test("a Chinese table: said in one line, trained from scratch, a champion that answers", async () => {
  await shell.write("reviews.csv", chineseReviews());
  const about = (output: string) => output.split("\n").filter((line) => line.includes("Chinese"));
  const drafted = await shell.run(["init", "reviews.csv"]);
  expect(drafted.code).toBe(0);
  expect(about(drafted.stdout)).toEqual([
    "  the texts are Chinese, use-lite-en has seen English only: trained from scratch (model.base: none)",
  ]);
  expect(await shell.read("reviews.yaml")).toMatch(/^model: \{ base: none \}/m);
  const kept = ["--registry", "chinese"];
  const quick = ["--set", "evaluate.bootstrap=100", "--set", "train.epochs=5"];
  const trained = await shell.run(["train", "reviews.yaml", ...kept, ...quick]);
  expect(trained.code).toBe(0);
  expect(about(trained.stdout)).toEqual(['  the model reads: column "review"; the texts are Chinese']);
  expect(trained.stdout).toContain("TextCNN on characters");
  expect(trained.stdout).toContain("Kept as reviews:1 @champion");
  expect(await shell.read("chinese/models/reviews/1/README.md")).toContain('language:\n  - "zh"\n');
  const { document } = await shell.json(["predict", "reviews", "早餐非常好", "服务太糟糕", ...kept]);
  expect(document).toMatchObject({ predictions: [{ label: "好评" }, { label: "差评" }] });
  const evaluated = await shell.run(["evaluate", "reviews", "reviews.csv", ...kept]);
  expect(evaluated.code).toBe(0);
});
