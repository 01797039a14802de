import { ModelwrightError } from "@modelwright/contracts";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { describeFailure } from "./failure.ts";

test("a user's mistake ends with 2, with code and remedy and without a stack", () => {
  const failure = describeFailure(new ModelwrightError("CLI_OUTPUT_EXISTS", { path: "a.csv" }), { verbose: false });
  expect(failure.exitCode).toBe(2);
  expect(failure.text).toContain("a.csv: exists already");
  expect(failure.text).toContain("CLI_OUTPUT_EXISTS");
  expect(failure.text).not.toMatch(/\n\s+at /);
  expect(failure.json.error).toMatchObject({
    code: "CLI_OUTPUT_EXISTS",
    details: { path: "a.csv" },
    remedy: expect.any(String),
  });
});

test("anything else ends with 1; its stack and cause are shown only when asked for", () => {
  const error = new Error("odd", { cause: new Error("deeper") });
  const short = describeFailure(error, { verbose: false });
  expect(short).toMatchObject({ exitCode: 1, json: { error: { code: "INTERNAL", message: "odd" } } });
  expect(short.text).not.toMatch(/\n\s+at /);
  expect(describeFailure(error, { verbose: true }).text).toMatch(/\n\s+at [\s\S]*caused by Error: deeper/);
});

test("our own failure with a code ends with 1", () => {
  const error = new ModelwrightError("REGISTRY_DATABASE_FAILED", { location: "registry.db", problem: "disk full" });
  expect(describeFailure(error, { verbose: false }).exitCode).toBe(1);
});

test("what the parser of arguments says ends with one full stop", () => {
  const said = "error: too many arguments for 'inspect'. Expected 1 argument but got 2.";
  const { text } = describeFailure(new CommanderError(1, "commander.excessArguments", said), { verbose: false });
  expect(text).toContain("Expected 1 argument but got 2. See: ");
});
