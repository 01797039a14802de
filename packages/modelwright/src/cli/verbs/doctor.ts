import type { Command } from "commander";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { checkBase } from "../doctor/base.ts";
import type { Check, Finding } from "../doctor/finding.ts";
import { checkHub } from "../doctor/hub.ts";
import { checkMemory, checkNode, checkPlatform } from "../doctor/machine.ts";
import { checkPretrained } from "../doctor/pretrained.ts";
import { checkDisk, checkRegistry } from "../doctor/registry.ts";
import { checkMatrixProduct, checkProviders, checkRuntime } from "../doctor/runtime.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { colours } from "../output/colours.ts";
import { downloadLine } from "../output/download-line.ts";
import { Screen } from "../output/screen.ts";
import { type CommonOptions, verb } from "../verb.ts";

const CHECKS: readonly Check[] = [
  checkNode,
  checkPlatform,
  checkMemory,
  checkRuntime,
  checkProviders,
  checkMatrixProduct,
  checkPretrained,
  checkHub,
  checkRegistry,
  checkDisk,
];

const MARKS: Readonly<Record<Finding["verdict"], string>> = {
  ok: colours.green("✓"),
  note: colours.yellow("!"),
  problem: colours.red("✗"),
};

export function doctorVerb(): Command {
  return verb("doctor", {
    examples: ["modelwright doctor", "modelwright doctor ./all-MiniLM-L6-v2", "modelwright doctor --json"],
  })
    .argument(
      "[base]",
      "look at this pretrained model instead: a folder, an ONNX file, or a name that model.base may have; it is fetched if need be",
    )
    .action(doctor);
}

async function doctor(base: string | undefined, options: CommonOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  if (base !== undefined) {
    screen.progress(`reading ${base}`);
    const findings = await checkBase(base, (progress) => screen.progress(downloadLine(progress)));
    show(screen, findings, { good: "Ready to be trained.", bad: "It cannot be trained; see above." });
    return;
  }
  const context = { registry: registryLocation(options.registry), verbose: options.verbose === true };
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    screen.progress(`looking at ${nameOf(check)}`);
    findings.push(await settled(check, context));
  }
  show(screen, findings, { good: "Ready to train and serve.", bad: "Something is missing; see above." });
}

function show(
  screen: Screen,
  findings: readonly Finding[],
  { good, bad }: { readonly good: string; readonly bad: string },
): void {
  for (const finding of findings) {
    const detail = finding.detail.replaceAll("\n", `\n  ${"".padEnd(14)}  `);
    screen.say(`${MARKS[finding.verdict]} ${finding.check.padEnd(14)}  ${detail}`);
    if (finding.remedy !== undefined) screen.say(`  ${"".padEnd(14)}  ${finding.remedy}`);
  }
  const problems = findings.filter(({ verdict }) => verdict === "problem").length;
  screen.say("", problems === 0 ? good : colours.red(bad));
  screen.result({ ready: problems === 0, findings });
  if (problems > 0) process.exitCode = EXIT_CODES.failure;
}

/** A check that fails is a finding as well: the others still have something to say. */
async function settled(check: Check, context: Parameters<Check>[0]): Promise<Finding> {
  try {
    return await check(context);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      check: nameOf(check),
      verdict: "problem",
      detail,
      remedy: "See the message; --verbose says more.",
      facts: {},
    };
  }
}

function nameOf(check: Check): string {
  return check.name.replace(/^check/, "").toLowerCase();
}
