import { ModelwrightError } from "@modelwright/contracts";
import { WRITING_OPTIONS } from "../../tasks/decoder/writing-options.ts";
import type { AnswerOptions, AnyTask } from "../../tasks/task.ts";
import { flagOf, type WritingFlags } from "./writing-flags.ts";

/** Options that only some tasks know. */
export const ANSWER_OPTIONS: readonly (keyof AnswerOptions)[] = [
  "top",
  "horizon",
  "seen",
  "exclude",
  "among",
  ...WRITING_OPTIONS,
];

/** What was given on the command line, as far as it is of some tasks only. */
type GivenFlags = Partial<Record<keyof AnswerOptions, unknown>> &
  WritingFlags & { readonly json?: boolean; readonly output?: string };

/**
 * @param model Its name and task, for messages.
 * @throws {ModelwrightError} `CLI_USAGE` for an option that the model's task does not know, or that has nothing to do beside another.
 */
export function checkFlags(
  given: GivenFlags,
  answers: AnyTask["answers"],
  { name, task }: { readonly name: string; readonly task: string },
): void {
  const { n, stream, json, output, beams, temperature } = given;
  const foreign = [
    ...ANSWER_OPTIONS.filter((option) => given[option] !== undefined && !answers.options.includes(option)),
    ...(answers.stream === undefined && stream ? ["stream"] : []),
    ...(answers.stream === undefined && n !== undefined ? ["n"] : []),
  ];
  const [first] = foreign;
  if (first !== undefined) refuse(`${flagOf(first)} does not apply to ${name}, a model of ${task}`);
  const searches = beams !== undefined && beams !== 1;
  if (stream && searches)
    refuse("--stream has nothing to show beside --beams: the likeliest text is known when all are written");
  if (stream && (json || output !== undefined)) refuse("--stream goes to the screen, not with --json or --output");
  if (n !== undefined && n > 1 && (searches || temperature === 0))
    refuse(`--n ${n} writes the same text each time beside ${searches ? "--beams" : "--temperature 0"}`);
}

function refuse(problem: string): never {
  throw new ModelwrightError("CLI_USAGE", { problem, help: "modelwright predict --help" });
}
