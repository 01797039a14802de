import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandLine } from "./command-line.ts";

let cli: CommandLine;
const rows = Array.from({ length: 80 }, (_, i) => `${i},${(i * 37) % 79},${i % 2 === 0 ? "yes" : "no"},${i % 2}`);

beforeAll(async () => {
  cli = await CommandLine.inNewFolder();
  await cli.write("orders.csv", ["id,amount,label,closed", ...rows].join("\n"));
});
afterAll(() => cli.remove());

describe("data", () => {
  test("preview shows rows with the kinds of their columns", async () => {
    const { code, stdout } = await cli.run(["data", "preview", "orders.csv", "--rows", "2"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /id\s+amount\s+label\s+closed\n\s+number\s+number\s+category\s+number\nline 2\s+0\s+0\s+yes\s+0\n/,
    );
  });

  test("inspect tells of columns and findings, the gravest first, and what to do next", async () => {
    const { code, stdout } = await cli.run(["data", "inspect", "orders.csv", "--label", "label"]);
    expect(code).toBe(0);
    expect(stdout).toContain("orders.csv: 80 rows, 4 columns");
    expect(stdout).toMatch(/high {4}1 column tells "label" almost alone \[target-leakage\]\n\s+closed: area under/);
    expect(stdout).toContain("Next: modelwright data report orders.csv --label label --out profile.html");
  });

  test("inspect --json is one document", async () => {
    const { stdout } = await cli.run(["data", "inspect", "orders.csv", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ profile: { rows: 80 }, findings: [{ check: "id-like-columns" }] });
  });

  test("report writes a page and JSON beside it, and overwrites neither", async () => {
    const args = ["data", "report", "orders.csv", "--label", "label", "--out", "orders.html"];
    const { code, stdout } = await cli.run(args);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Wrote orders.html and orders.json."),
    });
    expect(await readFile(join(cli.folder, "orders.html"), "utf8")).toContain("<h1><bdi>orders.csv</bdi></h1>");
    expect(JSON.parse(await readFile(join(cli.folder, "orders.json"), "utf8"))).toMatchObject({ label: "label" });
    expect(await cli.run(args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("orders.html: exists already"),
    });
  });

  test("clean writes cured splits, once, and diff tells what was changed", async () => {
    await cli.write(
      "酒店.csv",
      ["编号,价格,城市", ...rows.map((_, i) => `${i},${i === 3 ? "无" : i},城${i % 2}`)].join("\n"),
    );
    const cures = ["--set", "numbers.missing=median"];
    const { code, stdout } = await cli.run(["data", "clean", "酒店.csv", ...cures, "--out", "clean.csv"]);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/missing\s+价格\s+1 row\s+median 40/),
    });
    const diff = await cli.run(["data", "diff", "酒店.csv", "clean.csv", "--key", "编号"]);
    expect(diff.stdout).toContain("79 rows the same, 0 came, 0 went, 1 changed");
    expect(diff.stdout).toContain("价格: 无 → 40");
    const split = ["data", "clean", "酒店.csv", "--split", "--out", "splits", "--json"];
    const { files } = JSON.parse((await cli.run(split)).stdout) as { files: { rows: number }[] };
    expect(files.reduce((sum, file) => sum + file.rows, 0)).toBe(80);
    expect(await cli.run(split)).toMatchObject({ code: 2, stderr: expect.stringContaining("exists already") });
  });

  test.each([
    [["data", "clean", "orders.csv", "--out", "orders.csv"], "--out: must be another file than the source"],
    [["data", "clean", "orders.csv", "--out", "x.csv", "--set", "numbers.missing=medien"], 'did you mean "median"?'],
    [["data", "diff", "orders.csv", "orders.csv", "--key", "label"], 'the key label: it names two rows, "yes"'],
    [["data", "inspect", "order.csv"], "order.csv: no such file"],
    [
      ["data", "inspect", "orders.csv", "--label", "labels"],
      'orders.csv: no column "labels"; the file has "id", "amount"',
    ],
    [["data", "report", "orders.csv", "--out", "orders.pdf"], "--out: must be a file that ends with .html"],
    [["data", "preview", "orders.csv", "--rows", "0"], "--rows: must be a whole number from 1 to 1000"],
    [["data", "inpsect", "orders.csv"], "(Did you mean inspect?). See: modelwright data --help"],
  ])("%j is answered with exit code 2", async (args, says) => {
    const { code, stderr } = await cli.run(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });

  test("labels ranks labels that were changed before all others, writes them once, and refuses numbers", async () => {
    const changed = new Set([20, 77, 141]);
    const houses = Array.from({ length: 160 }, (_, i) => {
      const size = (i * 37) % 160;
      const isLarge = size >= 80 !== changed.has(i);
      return `${(size < 80 ? 20 : 120) + (size % 20)},${i % 7},${isLarge ? "large" : "small"}`;
    });
    await cli.write("houses.csv", ["size,rooms,kind", ...houses].join("\n"));
    const recipe = (task: string, role: string) =>
      `name: houses\ntask: ${task}\ndata: { source: houses.csv, columns: { ${role} }, split: { test: 0.05 } }\nmodel: { kind: linear }\n`;
    await cli.write("houses.yaml", recipe("tabular-classification", "label: kind"));
    const args = ["data", "labels", "houses.yaml", "--folds", "4", "--out", "doubts.csv"];
    const { code, stdout, stderr } = await cli.run(args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/suspicious label/);
    const [head, ...ranked] = (await readFile(join(cli.folder, "doubts.csv"), "utf8")).trim().split("\n");
    expect(head).toBe("row,id,given,suggested,score,suspicious,text");
    const lines = ranked.map((line) => Number(/^houses\.csv:(\d+),/.exec(line)![1]));
    // Those that chance put into the test split are not judged.
    const judged = [...changed].map((row) => row + 2).filter((line) => lines.includes(line));
    expect(judged.length).toBeGreaterThan(1);
    expect(lines.slice(0, judged.length).toSorted((a, b) => a - b)).toEqual(judged);
    expect(await cli.run(args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("doubts.csv: exists already"),
    });

    await cli.write("numbers.yaml", recipe("tabular-regression", "target: size"));
    const refused = await cli.run(["data", "labels", "numbers.yaml", "--folds", "2"]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("EVALUATION_LABELS_NONE") });
  });
});
