import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const PLATFORM = `${process.platform}-${process.arch}`;
const { PLATFORMS, ONNX_RUNTIME_VERSION } = (await import(join(REPOSITORY, "packaging/platforms.mjs"))) as {
  PLATFORMS: object;
  ONNX_RUNTIME_VERSION: string;
};
const LIMIT_MB = 219;

/** What a user has: `npm test` hands its own settings down, and the folder of the repository has others. Without colours. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^MODELWRIGHT_/i.test(name))),
  NO_COLOR: "1",
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-install-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(["README.md", "README.zh-CN.md", "packages/modelwright/README.md"])(
  "%s names what is packed",
  async (page) => {
    const text = await readFile(join(REPOSITORY, page), "utf8");
    const version = packedVersion();
    for (const [, named] of text.matchAll(/\bmodelwright-(\d[\d.]*)\.tgz/g)) expect(named).toBe(version);
    const runtimes = [...text.matchAll(/onnxruntime-(?:linux-x64-|node@)(\d[\d.]*\d)/g)];
    expect(runtimes.length).toBeGreaterThan(0);
    for (const [, named] of runtimes) expect(named).toBe(ONNX_RUNTIME_VERSION);
  },
);

describe.runIf(Object.hasOwn(PLATFORMS, PLATFORM))("the tarballs that npm run pack writes", () => {
  const inTarballs = () => join(folder, "tarballs");
  const inProject = (...path: string[]) => join(folder, "project", ...path);
  const modelwright = (...args: string[]) => run("npx", ["--no-install", "modelwright", ...args], inProject());

  test("install together in an empty folder, scripts enabled, without a warning about Node.js", async () => {
    await run(process.execPath, ["packaging/pack.mjs", "--out", inTarballs(), "--platform", PLATFORM], REPOSITORY);
    const tarballs = (await readdir(inTarballs())).map((file) => join(inTarballs(), file));
    expect(tarballs).toHaveLength(2);
    await cp(join(REPOSITORY, "test/e2e/fixtures/installed"), inProject(), { recursive: true });
    const install = ["install", "--ignore-scripts=false", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs];
    expect((await run("npm", install, inProject())).stderr).not.toContain("EBADENGINE");
  });

  test("bring no package that downloads at installation, and stay below their size", async () => {
    expect(existsSync(inProject("node_modules/onnxruntime-node"))).toBe(false);
    expect(await megabytes(inProject("node_modules"))).toBeLessThan(LIMIT_MB);
  });

  test("hold licences, and maps that lead to sources", async () => {
    const own = ["modelwright", `@modelwright/onnxruntime-${PLATFORM}`].map((name) => inProject("node_modules", name));
    for (const home of own) {
      const files = await readdir(home);
      expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
      expect(JSON.parse(await readFile(join(home, "package.json"), "utf8"))).toHaveProperty("license");
    }
    expect(await readdir(own[1]!)).toContain("ThirdPartyNotices.txt");
    const maps = (await readdir(own[0]!, { recursive: true })).filter((file) => file.endsWith(".map"));
    expect(maps.length).toBeGreaterThan(1000);
    for (const map of maps) {
      const { sources } = JSON.parse(await readFile(join(own[0]!, map), "utf8")) as { sources: string[] };
      for (const source of sources) expect(existsSync(join(own[0]!, dirname(map), source)), map).toBe(true);
    }
  });

  test("take a user from nothing to an answer over HTTP, from a folder that runs alone", async () => {
    await modelwright("init");
    const { stdout } = await modelwright("train", "tickets.yaml", "--set", "train.epochs=1");
    expect(stdout).toContain("Kept as tickets:1");
    const { predictions } = JSON.parse((await modelwright("predict", "tickets", "Where is it?", "--json")).stdout);
    expect(predictions).toMatchObject([{ text: "Where is it?", label: expect.any(String) }]);

    // The folder that is exported runs on what was installed here, and on nothing else of the project.
    await modelwright("export", "tickets", "../service");
    const inService = (...path: string[]) => join(folder, "service", ...path);
    const { dependencies } = JSON.parse(await readFile(inService("package.json"), "utf8"));
    expect(dependencies.modelwright).toBe(packedVersion());
    await symlink(inProject("node_modules"), inService("node_modules"), "junction");
    const key = await readFile(inService("secrets", "client.key"), "utf8");
    const server = spawn("npm", ["start", "--", "--port", "0"], { cwd: inService(), env: environment, detached: true });
    try {
      const url = await said(server.stdout, /http:\/\/[\d.:]+/);
      const response = await fetch(`${url}/v1/models/tickets/predict`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body: JSON.stringify({ text: "Where is it?" }),
      });
      const [{ label }] = predictions;
      expect(await response.json()).toMatchObject({ predictions: [{ label }] });
    } finally {
      process.kill(-server.pid!, "SIGTERM");
    }
  });

  // The compiler and the types of Node.js are this repository's; everything else is what was installed.
  test.each([true, false])("type-check a strict program, skipLibCheck %s", async (skipLibCheck) => {
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: "nodenext",
        target: "es2023",
        typeRoots: [join(REPOSITORY, "node_modules/@types")],
        types: ["node"],
        skipLibCheck,
      },
      files: ["program.ts"],
    };
    await writeFile(inProject("tsconfig.json"), JSON.stringify(config));
    const compiler = join(REPOSITORY, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [compiler, "-p", ".", "--listFiles"], inProject());
    const packages = stdout.split("\n").map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
    expect(packages).toContain("modelwright");
    expect(packages.filter((name) => /fastify|pino/.test(name ?? ""))).toEqual([]);
  });
});

function packedVersion(): string {
  return JSON.parse(readFileSync(join(REPOSITORY, "packages/modelwright/package.json"), "utf8")).version;
}

/** Runs a command to its end; rejects with all that it said when it fails. */
function run(command: string, args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment, shell: process.platform === "win32" });
    const out = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        out[stream] += text;
      });
    }
    child.on("error", reject).on("close", (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ${args.join(" ")}: exit ${code}\n${out.stdout}\n${out.stderr}`));
    });
  });
}

/** The first match in what a process says; rejects when it ends without one. */
function said(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const match = pattern.exec(text);
      if (match !== null) resolve(match[0]);
    });
    stream.on("end", () => reject(new Error(`nothing like ${pattern} in: ${text}`)));
  });
}

async function megabytes(root: string): Promise<number> {
  const files = await readdir(root, { recursive: true });
  const stats = await Promise.all(files.map((file) => lstat(join(root, file))));
  // As du counts: whole blocks.
  return stats.reduce((sum, { blocks }) => sum + blocks * 512, 0) / 1e6;
}
