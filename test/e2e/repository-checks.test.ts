import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { taskNames } from "@modelwright/contracts";
import { afterAll, describe, expect, test } from "vitest";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs a check of this repository in a small one of the same layout; paths are inside `packages`. */
function check(script: string, files: Readonly<Record<string, string>>): { passes: boolean; says: string } {
  const root = mkdtempSync(join(tmpdir(), "modelwright-checks-"));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, "packages", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const names = [...new Set(Object.keys(files).map((path) => path.split("/")[0]!))];
  const workspaces = names.map((name) => `packages/${name}`);
  writeFileSync(join(root, "package.json"), JSON.stringify({ private: true, type: "module", workspaces }));
  cpSync("tsconfig.base.json", join(root, "tsconfig.base.json"));
  mkdirSync(join(root, "node_modules/@modelwright"), { recursive: true });
  for (const name of names) symlinkSync(`../../packages/${name}`, join(root, "node_modules/@modelwright", name));
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(script)], { cwd: root, encoding: "utf8" });
  return { passes: status === 0, says: `${stdout}${stderr}` };
}

describe("the check of task names", () => {
  const own = { "contracts/src/tasks/tasks.ts": `export const names = ${JSON.stringify(taskNames)};\n` };
  const planted = (path: string, text: string) => check("test/task-names.mjs", { ...own, [path]: text });

  test("passes where only the tasks' own folders spell them", () => {
    expect(check("test/task-names.mjs", own)).toMatchObject({ passes: true });
    expect(planted("server/src/a.ts", "export const task = 'another-task';\n")).toMatchObject({ passes: true });
    // Tests, comments and modules may: they are no branch on a task.
    expect(planted("server/src/a.test.ts", `export const task = "${taskNames[0]}";\n`)).toMatchObject({ passes: true });
    expect(planted("server/src/a.ts", `import "./${taskNames[0]}.ts"; // ${taskNames[0]}\n`)).toMatchObject({
      passes: true,
    });
    const folder = `inference/src/${taskNames[0]}/row.ts`;
    expect(planted(folder, `export const task = "${taskNames[0]}";\n`)).toMatchObject({ passes: true });
  });

  test("fails at each line elsewhere that spells one, and names it", () => {
    const spelled = taskNames.flatMap((task) => [
      `"${task}"`,
      `\`${task}\``,
      // A name of one word is a word of the language inside a sentence.
      ...(task.includes("-") ? [`\`a \${1} ${task} model\``] : []),
      `{ "${task}": 1 }`,
    ]);
    const lines = spelled.map((text, i) => `export const planted${i} = ${text};\n`);
    const { passes, says } = planted("server/src/routes/a.ts", lines.join(""));
    expect(passes).toBe(false);
    const named = says.split("\n").flatMap((line) => /routes\/a\.ts:(\d+): /.exec(line)?.[1] ?? []);
    expect(named.map(Number)).toEqual(lines.map((_, i) => i + 1));
  });

  test("fails when it sees no names at all", () => {
    const { passes, says } = check("test/task-names.mjs", { "server/src/a.ts": "export {};\n" });
    expect([passes, says]).toEqual([false, expect.stringContaining("the check is blind")]);
  });
});

describe("the check of boundaries", () => {
  const packageJson = (name: string) =>
    JSON.stringify({ name: `@modelwright/${name}`, type: "module", exports: { ".": "./dist/index.js" } });
  const imports = 'import { a } from "@modelwright/contracts";\nexport const b = a;\n';
  const files = {
    "contracts/package.json": packageJson("contracts"),
    "contracts/dist/index.js": "export const a = 1;\n",
    "contracts/src/index.ts": "export const a = 1;\n",
    "engine/package.json": packageJson("engine"),
    "engine/dist/index.js": "export const b = 1;\n",
    "engine/src/index.ts": imports,
    "engine/src/other.ts": imports,
  };
  const planted = (more: Readonly<Record<string, string>>) => check("test/boundaries.mjs", { ...files, ...more });

  test("passes where the arrows are kept", () => {
    expect(planted({})).toEqual({ passes: true, says: expect.stringContaining("0 violations") });
  });

  test.each<[string, string, Readonly<Record<string, string>>]>([
    [
      "a cycle of imports",
      "no-cycles",
      {
        "engine/src/c.ts": 'import { d } from "./d.ts";\nexport const c = (): number => d();\n',
        "engine/src/d.ts": 'import { c } from "./c.ts";\nexport const d = (): number => c();\n',
      },
    ],
    [
      "a cycle of types",
      "no-cycles",
      {
        "engine/src/c.ts": 'import type { D } from "./d.ts";\nexport interface C { readonly d?: D }\n',
        "engine/src/d.ts": 'import type { C } from "./c.ts";\nexport interface D { readonly c?: C }\n',
      },
    ],
    [
      "a cycle of which one half is a type",
      "no-cycles",
      {
        "engine/src/c.ts": 'import type { D } from "./d.ts";\nexport const c = (d: D): D => d;\n',
        "engine/src/d.ts": 'import { c } from "./c.ts";\nexport type D = ReturnType<typeof c>;\nexport { c };\n',
      },
    ],
    [
      "an arrow that there is not",
      "arrows-of-contracts",
      { "contracts/src/c.ts": 'import { b } from "@modelwright/engine";\nexport const c = b;\n' },
    ],
    [
      "a way into a package beside its exports",
      "one-door",
      { "engine/src/c.ts": 'export { a } from "../../contracts/src/index.ts";\n' },
    ],
  ])("fails at %s", (_what, rule, more) => {
    const { passes, says } = planted(more);
    expect([passes, says]).toEqual([false, expect.stringMatching(new RegExp(`boundaries: ${rule}: packages/`))]);
  });

  test("fails when it sees no imports between packages", () => {
    const { passes, says } = planted({ "engine/src/index.ts": "export {};\n", "engine/src/other.ts": "export {};\n" });
    expect([passes, says]).toEqual([false, expect.stringContaining("the check is blind")]);
  });
});
