import type { GitState } from "@modelwright/registry";
import { plainText } from "./plain-text.ts";
import { counted } from "./quantities.ts";

/** Digits of a commit, as git abbreviates it. */
const COMMIT = 9;

/** `main at 3f2c1ab90, 2 changed files, https://…`. */
export function gitText({ commit, branch, changedFiles, remote }: GitState): string {
  const at = commit === undefined ? "before the first commit" : `at ${commit.slice(0, COMMIT)}`;
  return [
    branch === undefined ? at : `${plainText(branch)} ${at}`,
    ...(changedFiles === 0 ? [] : [counted(changedFiles, "changed file")]),
    ...(remote === undefined ? [] : [plainText(remote)]),
  ].join(", ");
}
