import { type Command, Option } from "commander";

/** Options that every verb has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly registry?: string;
}

const COMMON_GROUP = "Options of every verb:";

const COMMON_OPTIONS = [
  [
    "--registry <place>",
    "folder or URL where runs and models are kept (default: $MODELWRIGHT_REGISTRY or ./.modelwright)",
  ],
  ["--json", "print one JSON document on stdout, everything else on stderr"],
  ["--verbose", "show where an error comes from"],
] as const;

/** Added last, so that help shows a verb's own options first. */
export function addCommonOptions(command: Command): void {
  for (const [flags, description] of COMMON_OPTIONS) {
    command.addOption(new Option(flags, description).helpGroup(COMMON_GROUP));
  }
  command.addHelpOption(new Option("-h, --help", "show this help").helpGroup(COMMON_GROUP));
}
