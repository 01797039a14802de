import { ModelwrightError, nearestTo } from "@modelwright/contracts";
import type { Command } from "commander";
import { EXPORTS, type ExportKind, exportKinds, exportModel } from "../../export/export-model.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { type CommonOptions, verb } from "../verb.ts";

interface ExportVerbOptions extends CommonOptions {
  readonly as: ExportKind;
}

export function exportVerb(): Command {
  const kinds = exportKinds.map((kind) => `${kind}: ${EXPORTS[kind].summary}`).join("; ");
  return verb("export", {
    examples: ["modelwright export tickets ./tickets-service", "modelwright export tickets:3 ./tickets-onnx --as onnx"],
  })
    .argument("<model>", "name, name@alias or name:version")
    .argument("<folder>", "a folder that does not exist yet")
    .option("--as <kind>", kinds, exportKind, "service" satisfies ExportKind)
    .action(exportVersion);
}

/** @throws {ModelwrightError} `CLI_OPTION_INVALID` for what a version cannot become. */
function exportKind(text: string): ExportKind {
  const kind = exportKinds.find((known) => known === text);
  if (kind !== undefined) return kind;
  const rule = exportKinds.join(" or ");
  throw new ModelwrightError("CLI_OPTION_INVALID", {
    option: "--as",
    rule,
    got: text,
    ...nearestTo(text, exportKinds),
  });
}

async function exportVersion(model: string, folder: string, options: ExportVerbOptions): Promise<void> {
  const { json = false, as, registry } = options;
  const screen = new Screen({ json });
  screen.progress(`exporting ${model}`);
  const exported = await exportModel(model, folder, { as, ...(registry === undefined ? {} : { registry }) });
  const { name, version } = exported;
  screen.say(`Exported ${name}:${version} to ${colours.bold(exported.folder)}.`, ...NEXT[as](folder));
  screen.result(exported);
}

/** What to do with the folder, by what it is. */
const NEXT: Readonly<Record<ExportKind, (folder: string) => readonly string[]>> = {
  service: (folder) => [
    "",
    "Run it:",
    `  ${colours.cyan(`cd ${folder} && npm install && npm start`)}`,
    "",
    "Its README.md says how it runs in a container, with Compose and on Kubernetes.",
    "Requests need a key: it stands in secrets/client.key, and nowhere else.",
  ],
  onnx: () => ["Its README.md says what the graph takes and gives."],
};
