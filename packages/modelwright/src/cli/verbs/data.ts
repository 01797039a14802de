import type { Command } from "commander";
import type { CommonOptions } from "../common-options.ts";
import { loadSubVerbs, type SubVerbRow, type SubVerbTask, verbWithSubVerbs } from "../sub-verbs.ts";

/** A new sub-verb is a row here, and a file beside the others. */
const SUB_VERBS: Readonly<Record<string, SubVerbRow<SubVerbTask<CommonOptions>>>> = {
  preview: {
    summary: "the first rows and a random sample of the others, as they are read, with the kind of each column",
    load: async () => (await import("./data/preview.ts")).preview,
  },
  inspect: {
    summary: "what each column holds, and what would spoil a model: leaks, copies, missing values, drift and more",
    load: async () => (await import("./data/inspect.ts")).inspect,
  },
  report: {
    summary: "the same as one HTML page with plots, to search and to pass on, and as JSON beside it",
    load: async () => (await import("./data/report.ts")).report,
  },
  clean: {
    summary:
      "cure a table of any size: copies, missing values, outliers, texts, units; write it, or its splits, as a new one",
    load: async () => (await import("./data/clean.ts")).clean,
  },
  diff: {
    summary: "which rows and columns came, went and changed between two tables, and the version of each",
    load: async () => (await import("./data/diff.ts")).diff,
  },
  labels: {
    summary: "labels that are likely wrong, by models that have not seen the row, the worst first",
    load: async () => (await import("./data/labels.ts")).labels,
  },
};

/** @param words See `loadSubVerbs`. */
export async function dataVerb(words?: readonly string[]): Promise<Command> {
  return verbWithSubVerbs(
    "data",
    {
      description: "Looks after the data before a model learns from them.",
      examples: [
        "modelwright data preview tickets.csv",
        "modelwright data inspect customers.csv --label churn",
        "modelwright data report customers.yaml --out customers.html",
        "modelwright data clean customers.csv --set numbers.missing=median --split --out customers",
        "modelwright data diff june.csv july.csv --key id",
        "modelwright data labels tickets.yaml",
      ],
    },
    await loadSubVerbs(SUB_VERBS, words),
  );
}
