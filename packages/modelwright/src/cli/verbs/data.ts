import type { Command } from "commander";
import type { CommonOptions } from "../common-options.ts";
import { type SubVerb, type SubVerbTask, verbWithSubVerbs } from "../sub-verbs.ts";
import { clean } from "./data/clean.ts";
import { diff } from "./data/diff.ts";
import { inspect } from "./data/inspect.ts";
import { labels } from "./data/labels.ts";
import { preview } from "./data/preview.ts";
import { report } from "./data/report.ts";

/** A new sub-verb is a row here, and a file beside the others. */
const SUB_VERBS: Readonly<Record<string, SubVerb<SubVerbTask<CommonOptions>>>> = {
  preview,
  inspect,
  report,
  clean,
  diff,
  labels,
};

export function dataVerb(): Command {
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
    SUB_VERBS,
  );
}
