import type { z } from "zod";
import { choices } from "../errors/error-definition.ts";

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue["code"]> = Extract<Issue, { readonly code: Code }>;

/** What zod says where a schema says nothing of its own. */
const DEFAULT_MESSAGE = /^(?:Invalid|Too small|Too big|Unrecognized)/;

/** Types as a client knows them, by zod's names. */
const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** What a limit counts, by zod's names of types. */
const COUNTED: Readonly<Record<string, string>> = { string: " characters", array: " elements" };

const RULES: { readonly [Code in Issue["code"]]?: (issue: IssueOf<Code>) => string } = {
  invalid_type: ({ expected }) => `must be ${TYPES[expected] ?? expected}`,
  invalid_value: ({ values }) => `must be ${choices(values.map(String))}`,
  too_small: ({ origin, minimum, inclusive }) =>
    `must ${verb(origin)} ${inclusive ? "at least" : "more than"} ${minimum}${COUNTED[origin] ?? ""}`,
  too_big: ({ origin, maximum, inclusive }) =>
    `must ${verb(origin)} ${inclusive ? "at most" : "less than"} ${maximum}${COUNTED[origin] ?? ""}`,
  unrecognized_keys: () => "is not known here",
  invalid_union: ({ errors }) => {
    const rules = errors.map(([first]) => (first === undefined ? "" : issueRule(first)));
    return `must be ${[...new Set(rules.map((rule) => rule.replace(/^must be /, "")))].join(" or ")}`;
  },
};

/** The rule that a value breaks, in the words of this project: `must be a string`. */
export function issueRule(issue: Issue): string {
  if (!DEFAULT_MESSAGE.test(issue.message)) return issue.message;
  const rule = RULES[issue.code] as ((issue: Issue) => string) | undefined;
  return rule?.(issue) ?? "must be as /openapi.json describes it";
}

function verb(origin: string): string {
  return COUNTED[origin] === undefined ? "be" : "have";
}
