import { createProgram } from "../../packages/modelwright/dist/cli/program.js";
import { pageHead } from "./markdown.mjs";

const INTRODUCTION = `Every verb finishes with exit code 0 when it did what it was asked, 2 when the command line, the recipe or the data has
to be fixed, 130 when it was interrupted, and 1 for anything else. With \`--json\`, stdout holds exactly one JSON
document (also for an error: \`{ "error": { "code", "message", "details", "remedy" } }\`) and everything else goes to stderr.
Colours are left out when stdout is no terminal or \`NO_COLOR\` is set. \`MODELWRIGHT_REGISTRY\` names the registry for all verbs,
by its folder, as \`file:///…\` or as [\`postgres://…\`](../registry.md), as \`--registry\` does; \`--verbose\` or \`DEBUG=1\` shows stacks.`;

/** The help of every verb. */
export async function cliPage() {
  const program = await createProgram();
  return [
    pageHead("Command line", INTRODUCTION),
    ...program.commands.map((verb) => section(verb, "modelwright", 2)),
  ].join("\n");
}

function section(command, parent, level) {
  const name = `${parent} ${command.name()}`;
  const inner = command.commands.map((child) => section(child, name, level + 1));
  return [`${"#".repeat(level)} ${name}\n\n\`\`\`\n${helpText(command)}\n\`\`\`\n`, ...inner].join("\n");
}

/** The help as `--help` prints it, 100 columns wide, with the examples under it. */
function helpText(command) {
  let text = "";
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}
