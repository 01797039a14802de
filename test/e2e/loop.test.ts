import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandLine, type Running } from "./command-line.ts";

// The loop closes: a model is trained and served, its traffic changes, somebody is told, labels come, a new version learns
// from them, answers a part of the requests and takes over; a bad one is taken back. With real processes, and no step by hand.

let cli: CommandLine;
const servers: Running[] = [];

beforeEach(async () => {
  cli = await CommandLine.inNewFolder();
});

afterEach(async () => {
  for (const { child, finished } of servers.splice(0)) {
    child.kill("SIGTERM");
    await finished;
  }
  await cli.remove();
});

type Time = "before" | "now";

/** A kind of model, its data as they were and as they are now, and how it is asked. */
interface Story {
  readonly name: string;
  readonly recipe: string;
  readonly header: string;
  /** The n-th row of a time: what a client sends, what is right, and the line of a file. */
  readonly row: (n: number, time: Time) => { readonly item: unknown; readonly label: string; readonly line: string };
  readonly key: "text" | "row";
  /** The check that tells of the change. */
  readonly alert: string;
}

const WORDS = {
  refund: { before: ["refund", "money", "charged", "invoice"], now: ["退款", "chargeback", "reimburse", "credited"] },
  parcel: { before: ["parcel", "courier", "delivery", "late"], now: ["包裹", "locker", "dropoff", "shipment"] },
} as const;

const tickets: Story = {
  name: "tickets",
  recipe: `name: tickets
task: text-classification
data: { source: data.csv, clean: { duplicates: exact } }
model: { base: none }
train: { budget: 1s, threads: 1 }
evaluate: { bootstrap: 200, baselines: [] }
`,
  header: "text,label",
  row: (n, time) => {
    const label = n % 2 === 0 ? "refund" : "parcel";
    const words = WORDS[label][time];
    const word = (k: number) => words[Math.floor(n / 2 / words.length ** k) % words.length]!;
    const text = `${word(0)} ${word(1)} please answer, case number ${Math.floor(n / 2) * 7919}`;
    return { item: text, label, line: `"${text}",${label}` };
  },
  key: "text",
  alert: "inputs",
};

const orders: Story = {
  name: "orders",
  recipe: `name: orders
task: tabular-classification
data: { source: data.csv, clean: { duplicates: exact } }
model: { candidates: [boosted-trees] }
train: { threads: 1 }
evaluate: { bootstrap: 200, baselines: [] }
`,
  header: "amount,country,label",
  // What was late above an amount is late below it now, in another currency.
  row: (n, time) => {
    const amount = ((n * 7919) % 1000) / 10 + (time === "before" ? 0 : 500);
    const country = ["DE", "FR", "中国"][n % 3]!;
    const label = time === "before" ? (amount > 50 ? "late" : "fine") : amount > 550 ? "fine" : "late";
    return { item: { amount, country }, label, line: `${amount},${country},${label}` };
  },
  key: "row",
  alert: "inputs",
};

const json = async (args: readonly string[], expected = 0): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await cli.run([...args, "--json"]);
  expect(code, `${args.join(" ")}\n${stdout}\n${stderr}`).toBe(expected);
  return JSON.parse(stdout);
};

async function serve({ name }: Story): Promise<string> {
  const server = cli.start(["serve", name, "--port", "0", "--workers", "1", "--record", "items", "--json"]);
  servers.push(server);
  const [, url = ""] = await server.says(/"url": "(.*)"/);
  return url;
}

interface Asked {
  readonly id: string;
  readonly label: string;
  readonly version: number;
}

/** Asks for rows, each about somebody of its own, and gives what came. */
async function ask(url: string, story: Story, rows: readonly number[], time: Time): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const n of rows) {
    const { item, label } = story.row(n, time);
    const response = await fetch(`${url}/v1/models/${story.name}/predict`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-subject-id": `customer ${n}` },
      body: JSON.stringify({ [story.key]: item }),
    });
    const body = (await response.json()) as { id: string; model: { version: number } };
    expect(response.status, JSON.stringify(body)).toBe(200);
    asked.push({ id: body.id, label, version: body.model.version });
  }
  return asked;
}

async function tell(url: string, asked: readonly Asked[]): Promise<void> {
  for (let start = 0; start < asked.length; start += 500) {
    const feedback = asked.slice(start, start + 500).map(({ id, label }) => ({ prediction: id, truth: label }));
    const response = await fetch(`${url}/v1/feedback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ feedback }),
    });
    expect(await response.json()).toEqual({ added: feedback.length, known: 0, unmatched: [] });
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Asks and tells until the division has ended, one decision after each part; the state that it ended in, and why. */
async function untilDecided(url: string, story: Story, from: number, time: Time) {
  const said: string[] = [];
  for (let part = 0; part < 12; part++) {
    const start = from + part * 400;
    await tell(url, await ask(url, story, range(start, start + 400), time));
    said.push((await cli.run(["traffic", "step", story.name])).stdout);
    const { stdout } = await cli.run(["traffic", "status", story.name, "--json"]);
    const { change } = JSON.parse(stdout) as { change: { policy: { state: string }; reason: string } };
    const { reason } = change;
    const { state } = change.policy;
    if (state !== "running") return { state, reason };
  }
  return { state: "running", reason: said.join("\n") };
}

test.each([tickets, orders])("the loop closes for $name, and a bad version is taken back", async (story) => {
  const { name, row, header } = story;
  await cli.write(
    "data.csv",
    `${header}\n${range(0, 400)
      .map((n) => `${row(n, "before").line}\n`)
      .join("")}`,
  );
  await cli.write("recipe.yaml", story.recipe);
  await json(["train", "recipe.yaml"]);
  const url = await serve(story);

  // Traffic as it was: nothing to tell.
  await ask(url, story, range(1000, 1200), "before");
  await json(["monitor", name]);

  // It changes, and somebody is told, once.
  const told = join(cli.folder, "told.jsonl");
  await cli.write(
    "tell.mjs",
    `import { appendFileSync } from "node:fs";
let text = "";
for await (const part of process.stdin) text += part;
appendFileSync(${JSON.stringify(told)}, JSON.stringify(JSON.parse(text)) + "\\n");
`,
  );
  await cli.write("monitor.yaml", `model: ${name}\nalerts:\n  - command: [node, tell.mjs]\n    on: [${story.alert}]\n`);
  const drifted = await ask(url, story, range(2000, 2600), "now");
  await json(["monitor", "--settings", "monitor.yaml"], 3);
  await json(["monitor", "--settings", "monitor.yaml"], 3);
  const messages = (await readFile(told, "utf8")).trim().split("\n");
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(story.alert);

  // What was right becomes known, and a new version learns from it.
  await tell(url, drifted);
  const retrained = await json(["retrain", name]);
  expect(retrained).toMatchObject({ retraining: { verdict: "challenger" } });
  await json(["traffic", "start", `${name}@challenger`, "--canary", "--ramp", "50,100", "--least-requests", "100"]);
  expect(await untilDecided(url, story, 3000, "now")).toMatchObject({ state: "promoted" });
  const [after] = await ask(url, story, [9000], "now");
  expect(after!.version).toBe(2);

  // A version that learnt the wrong labels is taken back by itself, with the reason.
  const wrong = range(0, 400).map((n) => row(n, "now").line.replace(/[^,]+$/, row(n + 1, "now").label));
  await cli.write("data.csv", `${header}\n${wrong.join("\n")}\n`);
  await json(["train", "recipe.yaml", "--challenger"]);
  await json(["traffic", "start", `${name}@challenger`, "--canary", "--ramp", "50,100", "--least-requests", "100"]);
  const ended = await untilDecided(url, story, 20_000, "now");
  expect(ended).toMatchObject({ state: "rolled-back", reason: expect.stringMatching(/\w/) });
  const answers = await ask(url, story, range(30_000, 30_020), "now");
  expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([2]));
});
