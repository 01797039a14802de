import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gitState } from "./git-state.ts";

let folder: string;
const path = process.env["PATH"];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "git-state-"));
});

afterEach(async () => {
  process.env["PATH"] = path;
  delete process.env["GIT_DIR"];
  await rm(folder, { recursive: true });
});

function git(...args: readonly string[]): string {
  const config = ["-c", "user.name=Anna", "-c", "user.email=anna@example.com", "-c", "commit.gpgSign=false"];
  return execFileSync("git", [...config, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

/** A program called git that does what a script says. */
async function otherGit(script: string): Promise<void> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "git"), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, "git"), 0o755);
  process.env["PATH"] = `${bin}:${path}`;
}

test("tells commit, branch, changed files and the remote without its credentials", async () => {
  git("init", "-q", "-b", "主干");
  expect(await gitState(folder)).toEqual({ branch: "主干", changedFiles: 0 });
  await mkdir(join(folder, "数据"));
  for (const name of ["a.yaml", "b.yaml", "数据/c d.csv"]) await writeFile(join(folder, name), "1\n");
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  git("remote", "add", "mirror", "git@mirror.example:team/mails.git");
  git("remote", "add", "origin", "https://anna:s3cret@git.example/team/mails.git?private_token=abc");
  const clean = {
    commit: git("rev-parse", "HEAD"),
    branch: "主干",
    changedFiles: 0,
    remote: "https://git.example/team/mails.git",
  };
  await writeFile(join(folder, "untracked.txt"), "");
  expect(await gitState(folder)).toEqual(clean);
  await writeFile(join(folder, "数据", "c d.csv"), "2\n");
  await rm(join(folder, "b.yaml"));
  expect(await gitState(join(folder, "数据"))).toEqual({ ...clean, changedFiles: 2 });
  git("checkout", "-q", "--detach");
  git("remote", "remove", "origin");
  const { branch: _, ...detached } = clean;
  expect(await gitState(folder)).toEqual({
    ...detached,
    changedFiles: 2,
    remote: "git@mirror.example:team/mails.git",
  });
});

test("another repository of the environment is not meant", async () => {
  git("init", "-q", "-b", "main");
  process.env["GIT_DIR"] = join(folder, "nowhere");
  expect(await gitState(folder)).toEqual({ branch: "main", changedFiles: 0 });
});

test("no repository, no folder, no git and a git that fails tell nothing", async () => {
  expect(await gitState(folder)).toBeUndefined();
  expect(await gitState(join(folder, "gone"))).toBeUndefined();
  await otherGit("echo '# branch.head main'; exit 3");
  expect(await gitState(folder)).toBeUndefined();
  process.env["PATH"] = join(folder, "empty");
  expect(await gitState(folder)).toBeUndefined();
});

test("a git that hangs is not waited for", async () => {
  await otherGit("exec sleep 60");
  const before = performance.now();
  expect(await gitState(folder)).toBeUndefined();
  expect(performance.now() - before).toBeLessThan(20_000);
});
