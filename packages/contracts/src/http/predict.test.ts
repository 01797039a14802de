import { describe, expect, test } from "vitest";
import { taskNames, taskSchemas } from "../tasks/tasks.ts";
import { check } from "../testing/describe-options.ts";
import { openApiSchema } from "./check-value.ts";
import {
  anyOfSchemas,
  predictQueryDocument,
  predictQuerySchema,
  predictRequestSchema,
  predictResponseSchema,
} from "./predict.ts";

const LIMITS = { maxItemsPerRequest: 3, maxItemBytes: 10 };

describe.each(taskNames)("a request to a model of %s", (task) => {
  const { item: one } = taskSchemas(task).words;
  const readsRows = taskSchemas(task).item(LIMITS).safeParse({}).success;
  const readsSeries = one === "timeline";
  /** An item that says so much. */
  const item = (text: string) => (readsSeries ? { history: [{ x: text }] } : readsRows ? { x: text } : text);
  const many = `${one}s`;
  const schema = predictRequestSchema(task, readsSeries ? { ...LIMITS, maxItemBytes: 24 } : LIMITS);

  test("holds one item or several, with no options by default", () => {
    expect(check(schema, { [one]: item("a") })).toEqual({ items: [item("a")], options: {} });
    const items = [item("a"), item("")];
    expect(check(schema, { [many]: items })).toEqual({ items, options: {} });
  });

  const readsPairs = !readsRows && taskSchemas(task).item(LIMITS).safeParse({ text: "a", second: "b" }).success;
  const row = "a row: an object of texts, numbers, true, false and null by column";
  const readsUsers =
    !readsRows && !readsSeries && taskSchemas(task).item({ maxItemBytes: 99 }).safeParse({ user: "" }).success;
  const text = readsPairs ? 'a text, or { "text", "second" } for a model of pairs' : "a string";
  const kind = readsSeries
    ? "an object"
    : readsRows
      ? row
      : readsUsers
        ? 'a user: a name, or { "user", "items" } with one of both, items as names or { "item", "rating" }'
        : text;
  const large = item("üüüüüü");
  const tooLarge = readsSeries
    ? "a series must be at most 24 bytes of JSON"
    : readsRows
      ? "a row must be at most 10 bytes of JSON"
      : `a ${readsUsers ? "user" : "text"} must be at most 10 bytes of UTF-8`;
  test.runIf(readsPairs)("holds pairs of texts, each no longer than a text", () => {
    const pair = { text: "a", second: "b" };
    expect(check(schema, { [many]: [pair, pair] })).toEqual({ items: [pair, pair], options: {} });
    expect(check(schema, { [one]: { text: "a", second: "üüüüüü" } })).toContain("must be");
  });

  const refused: readonly [unknown, string][] = [
    [{ [many]: [] }, `${many}: must hold 1 to 3 ${many}, got []`],
    [{ [many]: ["a", "b", "c", "d"].map(item) }, `${many}: must hold 1 to 3 ${many}, got [`],
    [{ [many]: "a" }, `${many}: must be a list, got "a"`],
    [{ [many]: [item("a"), 7] }, `${many}[1]: must be ${kind}, got 7`],
    [{ [one]: null }, `${one}: must be ${kind}, got null`],
    [{ [one]: large }, `${one}: ${tooLarge}, got ${JSON.stringify(large)}`],
    [{ [one]: item("a"), [many]: [item("b")] }, `body: must have "${many}" or "${one}", and not both, got `],
    [{}, `body: must have "${many}" or "${one}", and not both, got {}`],
    [
      { [one]: item("a"), other: 1 },
      `other: is not known here, where "${many}", "${one}" or "options" may stand, got 1`,
    ],
    [{ [one]: item("a"), options: { other: 1 } }, "options.other: is not known here"],
    [{ [one]: item("a"), options: 1 }, "options: must be an object, got 1"],
    ["a", 'body: must be an object, got "a"'],
    [undefined, "body: must be an object, got nothing"],
  ];
  test.each(refused)("%j is refused with its rule", (value, message) => {
    expect(check(schema, value)).toContain(message);
  });

  test("is described with examples that it accepts", () => {
    const { title, examples } = openApiSchema(schema, "input") as { title: string; examples: unknown[] };
    expect(title).toBe(task);
    expect(examples.length).toBeGreaterThan(0);
    const wide = predictRequestSchema(task, { maxItemsPerRequest: 3, maxItemBytes: 1000 });
    for (const example of examples) expect(check(wide, example)).toMatchObject({ items: expect.any(Array) });
  });

  test("is answered with predictions that its task's schema describes", () => {
    const { example } = taskSchemas(task);
    const model = { name: "m", version: 1 };
    const answer = { id: "7", model, predictions: [example.answer, example.answer] };
    expect(check(predictResponseSchema(task), answer)).toEqual(answer);
    expect(check(predictResponseSchema(task), { id: "7", model, predictions: [{}] })).toMatch(/^predictions\[0\]\./);
    expect(check(predictResponseSchema(task), { id: "7", predictions: [] })).toMatch(/^model: must be an object/);
    const { examples } = openApiSchema(predictResponseSchema(task), "output") as { examples: unknown[] };
    for (const each of examples) expect(check(predictResponseSchema(task), each)).toEqual(each);
  });
});

test.each([
  [{ all: "yes" }, 'all: must be "true" or "false", got "yes"'],
  [{ top_k: "x" }, 'top_k: must be a number, got "x"'],
  [{ top_k: ["1", "2"] }, 'top_k: must be a number, got ["1","2"]'],
  [{ topK: "1" }, 'topK: is not known here, where "all" or "top_k" may stand, got "1"'],
])("the query %j is refused with its rule", (query, message) => {
  expect(check(predictQuerySchema("text-classification"), query)).toBe(message);
});

describe("documents of several tasks", () => {
  test("name each option once, with what it means for each task", () => {
    const { properties } = openApiSchema(
      predictQueryDocument(["text-classification", "causal-language-modeling"]),
      "input",
    );
    expect(properties).toMatchObject({
      all: { description: "text-classification: Probabilities of every label" },
      top_k: {
        description: expect.stringMatching(/^text-classification: .*\. causal-language-modeling: .*$/),
        anyOf: [{ maximum: 1_000_000 }, { maximum: 1_000_000 }],
      },
      max_tokens: { description: expect.stringMatching(/^causal-language-modeling: /), type: "integer" },
    });
  });

  test("of one task are that task's own", () => {
    expect(openApiSchema(predictQueryDocument(["text-classification"]), "input")).toEqual({
      type: "object",
      properties: {
        all: { type: "string", enum: ["true", "false"], description: "Probabilities of every label" },
        top_k: {
          type: "integer",
          minimum: 1,
          maximum: 1_000_000,
          description: "Probabilities of so many likeliest labels",
        },
      },
      additionalProperties: false,
    });
    const only = predictRequestSchema("text-classification", LIMITS);
    expect(anyOfSchemas([only])).toBe(only);
  });

  test("hold a schema per task", () => {
    const { anyOf } = openApiSchema(
      anyOfSchemas(taskNames.map((task) => predictRequestSchema(task, LIMITS))),
      "input",
    ) as { anyOf: { title: string }[] };
    expect(anyOf.map(({ title }) => title)).toEqual(taskNames);
    expect(() => anyOfSchemas([])).toThrow("at least one model");
  });
});
