import { ModelwrightError } from "@modelwright/contracts";

interface NameRule {
  readonly what: string;
  readonly pattern: RegExp;
  readonly rule: string;
}

/**
 * What each kind of name may be. Models, runs and artifacts become paths, so none of them can leave its folder:
 * no separators (but `/` between the parts of an artifact's name), no part that begins with a dot.
 */
const rules = {
  model: {
    what: "model name",
    pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/,
    rule: "1 to 64 lower-case letters, digits, dots, dashes or underscores, a letter or digit first",
  },
  experiment: {
    what: "experiment",
    pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/,
    rule: "1 to 64 lower-case letters, digits, dots, dashes or underscores, a letter or digit first",
  },
  alias: {
    what: "alias",
    pattern: /^(?!latest$)[a-z][a-z0-9_-]{0,63}$/,
    rule: 'a lower-case letter, then up to 63 lower-case letters, digits, dashes or underscores, and not "latest"',
  },
  run: { what: "run id", pattern: /^\d{8}-\d{6}-[0-9a-f]{4}$/, rule: "like 20261124-121530-ab12" },
  artifact: {
    what: "artifact name",
    pattern: /^(?=.{1,255}$)[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/,
    rule: "letters, digits, dots, dashes and underscores, parts divided by / and none starting with a dot or dash, at most 255",
  },
  key: {
    what: "name of a key",
    pattern: /^(?!\s)[^\p{C}]{1,64}(?<!\s)$/u,
    rule: "1 to 64 printable characters, with no space at its ends",
  },
  subject: { what: "subject", pattern: /^[^\p{C}]{1,200}$/u, rule: "1 to 200 printable characters" },
  prediction: {
    what: "id of a prediction",
    pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.(?:0|[1-9]\d{0,6})(?:\.shadow)?$/,
    rule: "the id of an answer (a UUID of version 7), a full stop and the index of the item",
  },
  feedback: { what: "id of feedback", pattern: /^[^\p{C}]{1,200}$/u, rule: "1 to 200 printable characters" },
  lease: { what: "name of a lease", pattern: /^[^\p{C}]{1,200}$/u, rule: "1 to 200 printable characters" },
  holder: { what: "holder of a lease", pattern: /^[^\p{C}]{1,200}$/u, rule: "1 to 200 printable characters" },
  tag: {
    what: "name of a tag",
    pattern: /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._/-]{0,63}$/u,
    rule: "1 to 64 letters, digits, dots, dashes, underscores or slashes, a letter or digit first",
  },
  author: { what: "author", pattern: /^[^\p{C}]{1,200}$/u, rule: "1 to 200 printable characters" },
  metric: { what: "metric name", pattern: /^[^\p{C}]{1,250}$/u, rule: "1 to 250 printable characters" },
  sha256: { what: "SHA-256", pattern: /^[0-9a-f]{64}$/, rule: "64 lower-case hexadecimal digits" },
} satisfies Record<string, NameRule>;

/**
 * @param where Of a name among many: the file and line, or the place in a request.
 * @throws {ModelwrightError} `REGISTRY_NAME_INVALID` when a name breaks the rule of its kind.
 */
export function checkName(kind: keyof typeof rules, name: string, where?: string): void {
  const { what, pattern, rule } = rules[kind];
  if (typeof name === "string" && pattern.test(name)) return;
  throw new ModelwrightError("REGISTRY_NAME_INVALID", {
    what: where === undefined ? what : `${where}, ${what}`,
    name,
    rule,
  });
}
