import { execFile } from "node:child_process";
import { withoutSecrets } from "@modelwright/data";
import type { GitState } from "@modelwright/registry";

/** A run is not held up for what is only told of it: a large repository on a slow disk tells nothing. */
const TIME_LIMIT_MS = 2000;

/** What a `git` that runs a hook sets for its children, and which would name its repository instead of the folder's. */
const FOREIGN = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/**
 * What git says of a folder; undefined where there is no git, no repository, or no answer in time. Files that git does not
 * track do not count as changes, as `git describe --dirty` has it.
 */
export async function gitState(folder: string): Promise<GitState | undefined> {
  const [status, remotes] = await Promise.all([
    git(folder, "status", "--porcelain=v2", "--branch", "--untracked-files=no", "--ignore-submodules=dirty"),
    git(folder, "config", "--get-regexp", "^remote\\..*\\.url$"),
  ]);
  if (status === undefined) return undefined;
  const remote = remoteOf(remotes ?? "");
  return { ...readStatus(status), ...(remote !== undefined && { remote }) };
}

/** Reads what `git status --porcelain=v2 --branch` writes (git-status(1)): `# branch.oid`, `# branch.head`, then a line a file. */
function readStatus(text: string): Pick<GitState, "commit" | "branch" | "changedFiles"> {
  const lines = text.split("\n").filter((line) => line !== "");
  const header = (name: string) => {
    const value = lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
    // `(initial)`, `(detached)`; no branch begins so, since names of branches are put in none.
    return value === undefined || /^\(.*\)$/.test(value) ? undefined : value;
  };
  const [commit, branch] = [header("branch.oid"), header("branch.head")];
  return {
    ...(commit !== undefined && { commit }),
    ...(branch !== undefined && { branch }),
    changedFiles: lines.filter((line) => !line.startsWith("#")).length,
  };
}

/** The address of `origin`, otherwise of the first remote. */
function remoteOf(text: string): string | undefined {
  const remotes = [...text.matchAll(/^remote\.(.*)\.url (.+)$/gm)].map(([, name = "", url = ""]) => ({ name, url }));
  const found = remotes.find(({ name }) => name === "origin") ?? remotes[0];
  return found === undefined ? undefined : withoutSecrets(found.url);
}

/** What git answers, or undefined. It runs no program that a repository names, and takes no lock. */
function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !FOREIGN.includes(name));
  const env = { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
  return new Promise((resolve) => {
    execFile(
      "git",
      ["-c", "core.fsmonitor=false", "-c", "core.quotePath=true", ...args],
      { cwd: folder, env, timeout: TIME_LIMIT_MS, killSignal: "SIGKILL", maxBuffer: 64 * 2 ** 20, windowsHide: true },
      (error, stdout) => resolve(error === null ? stdout : undefined),
    );
  });
}
