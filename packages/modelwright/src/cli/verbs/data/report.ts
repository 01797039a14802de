import { basename, extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { withoutSecrets } from "@modelwright/data";
import { inspectData } from "../../../inspection/inspect-data.ts";
import { renderProfile } from "../../../inspection/page/render-profile.ts";
import { plainText } from "../../../wording/plain-text.ts";
import { counted } from "../../../wording/quantities.ts";
import { colours } from "../../output/colours.ts";
import { checkDocuments, writeDocument } from "../../output/write-document.ts";
import type { SubVerbAnswer, SubVerbFile, SubVerbTask } from "../../sub-verbs.ts";
import { inTermsOfArguments } from "../../tables/in-terms-of-arguments.ts";
import { INSPECTION_OPTIONS, type InspectionOptions, SOURCE } from "./data-options.ts";

interface ReportOptions extends InspectionOptions {
  readonly out?: string;
  readonly force?: boolean;
}

export const report: SubVerbFile<SubVerbTask<ReportOptions>> = {
  arguments: [SOURCE],
  options: [
    ["--out <file>", "the page; the JSON gets the same name (default: <source>-profile.html)"],
    ["--force", "overwrite files that exist"],
    ...INSPECTION_OPTIONS,
  ],
  example: "report customers.csv --label churn --out customers.html",
  run,
};

async function run({ args: [source = ""], options, progress }: SubVerbTask<ReportOptions>): Promise<SubVerbAnswer> {
  const page = options.out ?? `${defaultName(source)}-profile.html`;
  if (!/^\.html?$/i.test(extname(page))) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "--out",
      rule: "a file that ends with .html",
      got: page,
    });
  }
  const json = page.replace(/\.html?$/i, ".json");
  await checkDocuments([page, json], options.force === true);
  const inspection = await inspectData(source, { ...options, onProgress: progress }).catch((error: unknown) => {
    throw inTermsOfArguments(error, source);
  });
  progress(`writing ${page}`);
  await writeDocument(json, `${JSON.stringify(inspection, undefined, 1)}\n`);
  await writeDocument(page, renderProfile(inspection, { createdAt: new Date().toISOString() }));
  const { profile, findings } = inspection;
  const found = ["high", "medium", "low"].flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return {
    json: { page, json, source: profile.source, rows: profile.rows, columns: profile.columns.length, findings },
    lines: [
      `${colours.bold(plainText(profile.source))}: ${counted(profile.rows, "row")}, ${counted(profile.columns.length, "column")}; found ${found.length === 0 ? "nothing" : found.join(", ")}`,
      `Wrote ${colours.bold(page)} and ${colours.bold(json)}.`,
    ],
  };
}

/** The last name of a source, without what ends it. */
function defaultName(source: string): string {
  const last = basename(
    withoutSecrets(source)
      .replace(/[?#].*$/s, "")
      .replace(/[/\\]+$/, ""),
  );
  const name = last.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}._-]+/gu, "-");
  return name === "" ? "data" : name;
}
