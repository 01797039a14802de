import type { LeftoverKind } from "@modelwright/registry";

/** What a kind of garbage is, in the plural. */
export const GARBAGE_WORDS: Readonly<Record<LeftoverKind, string>> = {
  content: "files that no version and no run names",
  upload: "uploads that were broken off",
  unfinished: "files that killed processes left",
  work: "folders of runs that are over",
  cache: "copies and vectors that can be made again",
};
