import { describe, expect, test } from "vitest";
import { ERROR_EXAMPLES } from "../testing/error-examples.ts";
import type { ErrorDefinition } from "./error-definition.ts";
import { choices } from "./error-definition.ts";
import { type ErrorCode, errorDefinitions, isUserError, ModelwrightError } from "./modelwright-error.ts";

const codes = Object.keys(errorDefinitions) as ErrorCode[];
const examples = codes.flatMap((code) =>
  (ERROR_EXAMPLES[code] as readonly object[]).map((details) => ({ code, details })),
);

/** Numbers that stand in a message as another number, and words that stand for others. */
const SAID_OTHERWISE: readonly string[] = [
  "EVALUATION_LABEL_UNKNOWN.classes",
  "DATA_LABEL_UNSEEN.count",
  "DATA_ROW_MALFORMED.extension",
  "DATA_FORMAT_UNKNOWN.extension",
  "CLI_FORMAT_UNKNOWN.extension",
  "ENGINE_OPERATOR_UNKNOWN.domain",
  "SERVER_WORKER_FAILED.attempts",
  "REGISTRY_ALIAS_NO_PREVIOUS.current",
  "TRAINING_NOTHING_TO_RESUME.run",
  "HUB_REPOSITORY_UNKNOWN.signedIn",
  "HUB_ACCESS_NEEDED.signedIn",
];

/** All texts and numbers in a value. */
function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* leavesOf(inner);
  else yield String(value);
}

describe.each(codes)("%s", (code) => {
  const { status, meaning } = errorDefinitions[code];

  test("is of an area and has a status, and a sentence that says when it is raised", () => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(meaning).toMatch(/^\S.*\S\.$/);
  });
});

describe.each(examples)("$code with $details", ({ code, details }) => {
  const definition = errorDefinitions[code] as unknown as ErrorDefinition<object>;
  const error = new ModelwrightError(code, details as never);

  test("says where, the rule and the value, and then what to do", () => {
    const problem = definition.message(details);
    expect(error.message.startsWith(problem)).toBe(true);
    expect(error.message.endsWith(error.remedy)).toBe(true);
    expect(error.message.slice(problem.length, -error.remedy.length)).toBe(problem.endsWith("\n") ? "" : ". ");
    expect(error.message).not.toMatch(/^[ \t]*\./m);
    expect(problem).not.toMatch(/[. ]$/);
    for (const text of [problem, error.remedy]) {
      expect(text.trim()).not.toBe("");
      expect(text).not.toMatch(/\bundefined\b|\[object|\bnull\b/);
    }
    expect(error.remedy).toMatch(/^[A-Z`]/);
  });

  test("names every detail that it carries", () => {
    for (const [name, detail] of Object.entries(details)) {
      if (SAID_OTHERWISE.includes(`${code}.${name}`)) continue;
      for (const leaf of leavesOf(detail)) expect(error.message).toContain(leaf);
    }
  });

  test("survives the way through JSON and between threads", () => {
    for (const json of [JSON.parse(JSON.stringify(error)), structuredClone(error.toJSON())]) {
      const again = ModelwrightError.fromJSON(json)!;
      expect(again).toBeInstanceOf(ModelwrightError);
      expect({ ...again, message: again.message }).toEqual({ ...error, message: json.message });
    }
  });

  test("is the user's to fix exactly when its status says so", () => {
    expect(error.status).toBe(definition.status);
    expect(isUserError(error)).toBe(definition.status < 500);
  });
});

test("remedies that are commands stand behind a colon; all others end as sentences do", () => {
  const remedies = examples.map(({ code, details }) => [code, new ModelwrightError(code, details as never).remedy]);
  const unfinished = remedies.filter(([, remedy]) => !/[.]$|: (modelwright|npm) .*[^.]$/.test(remedy!));
  expect(unfinished).toEqual([]);
});

test.each([
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [Number.NEGATIVE_INFINITY, "-Infinity"],
])("%s, which JSON has no word for, is written as a text", (value, text) => {
  const error = new ModelwrightError("EVALUATION_NUMBER_INVALID", { what: "predicted", at: 3, value });
  const json = JSON.parse(JSON.stringify(error));
  expect(json.details).toEqual({ what: "predicted", at: 3, value: text });
  expect(json.message).toContain(`got ${text}`);
  expect(ModelwrightError.fromJSON(json)?.message).toBe(error.message);
  expect(error.details.value).toBe(value);
  const nested = new ModelwrightError("SERVER_OPTION_INVALID", {
    option: "a",
    rule: "b",
    got: [{ c: value }, 1, null],
  });
  expect(JSON.parse(JSON.stringify(nested)).details.got).toEqual([{ c: text }, 1, null]);
});

test("an unknown code is no error of ours, whatever objects have", () => {
  for (const code of ["DATA_NOTHING", "", "toString", "__proto__", "constructor"]) {
    expect(ModelwrightError.fromJSON({ code, details: {} })).toBeUndefined();
  }
});

test("keeps what caused it", () => {
  const cause = new Error("disk full");
  expect(new ModelwrightError("DATA_EMPTY", { file: "a.csv", problem: "no rows" }, { cause }).cause).toBe(cause);
});

test("what is no error of ours is not the user's to fix", () => {
  for (const other of [new Error("a"), undefined, null, { code: "DATA_EMPTY", status: 400 }]) {
    expect(isUserError(other)).toBe(false);
  }
});

test.each([
  [[], "none"],
  [["a"], '"a"'],
  [["a", "b"], '"a" or "b"'],
  [["a", "b", "c"], '"a", "b" or "c"'],
])("choices of %j read %s", (values, text) => expect(choices(values)).toBe(text));

test("many choices are cut, and the rest is counted", () => {
  expect(choices(["a", "b", "c", "d"], 2)).toBe('"a", "b" or 2 more');
});

test("an option that is no number is shown as it is", () => {
  const { message } = new ModelwrightError("MODEL_OPTION_INVALID", {
    option: "topP",
    rule: "above 0",
    value: Number.NaN,
  });
  expect(message).toContain("got NaN");
});
