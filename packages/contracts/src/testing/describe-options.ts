import { expect, test } from "vitest";
import { checkHttpValue, type HttpSchema } from "../http/check-value.ts";
import { inferOptionsSchema, predictQuerySchema, predictRequestSchema } from "../http/predict.ts";
import { type TaskName, taskSchemas } from "../tasks/tasks.ts";

/** An option with a value that it takes, and values that it refuses with their rules. */
export interface OptionRules {
  /** In a query. */
  readonly query: string;
  readonly value: unknown;
  readonly refused: readonly (readonly [value: unknown, rule: string])[];
}

/** `path: rule, got value`, or what the schema makes of the value. */
export function check(schema: HttpSchema, value: unknown): unknown {
  const result = checkHttpValue(schema, value, "body");
  return "value" in result ? result.value : `${result.issue.path}: ${result.issue.rule}, got ${result.issue.got}`;
}

/** Tests every option of a task in each place where it may stand: the body, the query, the parameters of the protocol. */
export function describeOptions(
  task: TaskName,
  { item, rules }: { readonly item: unknown; readonly rules: Readonly<Record<string, OptionRules>> },
): void {
  const request = predictRequestSchema(task, { maxItemsPerRequest: 3, maxItemBytes: 10_000 });
  const { options, words } = taskSchemas(task);

  test("has rules here for each of its options", () => {
    expect(Object.keys(rules)).toEqual(Object.keys(options.shape));
  });

  test("asks for nothing by default", () => {
    expect(check(request, { [words.item]: item })).toEqual({ items: [item], options: {} });
    expect(check(predictQuerySchema(task), {})).toEqual({});
    expect(check(inferOptionsSchema(task), {})).toEqual({});
  });

  test.each(Object.entries(rules))("takes %s in the body, the query and the parameters", (name, { query, value }) => {
    expect(check(request, { [words.item]: item, options: { [name]: value } })).toEqual({
      items: [item],
      options: { [name]: value },
    });
    expect(check(predictQuerySchema(task), { [query]: String(value) })).toEqual({ [name]: value });
    expect(check(inferOptionsSchema(task), { parameters: { [query]: value, other: "x" } })).toEqual({ [name]: value });
  });

  const refused = Object.entries(rules).flatMap(([name, { query, refused: values }]) =>
    values.map(([value, rule]) => ({ name, query, value, rule })),
  );
  test.each(refused)("refuses $value for $name", ({ name, query, value, rule }) => {
    const got = JSON.stringify(value);
    const asked = { [words.item]: item, options: { [name]: value } };
    expect(check(request, asked)).toBe(`options.${name}: ${rule}, got ${got}`);
    expect(check(inferOptionsSchema(task), { parameters: { [query]: value } })).toBe(
      `parameters.${query}: ${rule}, got ${got}`,
    );
    if (typeof value !== "number") return;
    expect(check(predictQuerySchema(task), { [query]: String(value) })).toBe(`${query}: ${rule}, got "${value}"`);
  });
}
