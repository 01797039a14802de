import { describe, expect, test } from "vitest";
import { ModelwrightError } from "../errors/modelwright-error.ts";
import { METRIC_FAMILIES } from "../metrics/metric-families.ts";
import { type TaskName, taskNames, taskSchemas } from "../tasks/tasks.ts";
import { type DescribedValue, pathsOf, valueAt, withValues } from "../testing/paths.ts";
import { RECIPE_CASES } from "../testing/recipe-cases/table.ts";
import { defineRecipe, parseRecipe, recipeJsonSchema } from "./parse-recipe.ts";

/** What a recipe is refused for, or the recipe. */
function issuesOf(value: unknown): unknown {
  try {
    return parseRecipe(value, "a.yaml");
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.code !== "RECIPE_INVALID") throw error;
    return (error as ModelwrightError<"RECIPE_INVALID">).details.issues;
  }
}

const NAME = "1 to 64 lower-case letters, digits, dots, dashes and underscores that begin with a letter or digit";
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

describe.each(taskNames)("a recipe of %s", (task: TaskName) => {
  const {
    smallest,
    defaults,
    rules,
    brokenTogether,
    dependent,
    slips,
    unmeasured = [],
    gateSlips,
  } = RECIPE_CASES[task];
  const recipe = { name: "tiny", task, ...smallest };
  const schema = recipeJsonSchema(task) as DescribedValue;
  const { mappings, values } = pathsOf(schema);
  const own = values.filter((path) => path !== "name" && path !== "task");
  const changed = (replaced: Readonly<Record<string, unknown>>) => withValues(recipe, replaced);

  test("has the defaults of the reference page when it says the least", () => {
    expect(parseRecipe(recipe)).toEqual({ name: "tiny", task, ...defaults });
  });

  test("parses to itself once its defaults are filled in", () => {
    const whole = parseRecipe(recipe);
    expect(parseRecipe(whole)).toEqual(whole);
    expect(defineRecipe(whole)).toBe(whole);
  });

  test.each(dependent.map((each) => [JSON.stringify(each.given), each] as const))(
    "fills in what depends on %s",
    (_, { given, defaults: expected }) => {
      const parsed = parseRecipe(changed(given));
      for (const [path, value] of Object.entries(expected))
        expect([path, valueAt(parsed, path)]).toEqual([path, value]);
    },
  );

  test("has rules here for each of its values", () => {
    expect(Object.keys(rules).toSorted()).toEqual(own.toSorted());
  });

  const refused = Object.entries(rules).flatMap(([at, refusals]) =>
    refusals.map(([value, rule, instead]) => ({ at, value, rule, instead })),
  );
  test.each(refused)("refuses $value at $at", ({ at, value, rule, instead }) => {
    const advice = instead === undefined ? {} : { instead };
    expect(issuesOf(changed({ [at]: value }))).toEqual([{ at, rule, got: JSON.stringify(value), ...advice }]);
  });

  test.each(own)("refuses null and a mapping of nonsense at %s", (at) => {
    for (const value of [null, { nonsense: 1 }, Number.NaN]) {
      expect(issuesOf(changed({ [at]: value }))).toMatchObject([{ at: expect.stringContaining(at) }]);
    }
  });

  test.each(brokenTogether)("refuses $values", ({ values: together, at, rule, instead }) => {
    const got = JSON.stringify(Object.values(together)[0]);
    expect(issuesOf(changed(together))).toEqual([{ at, rule, got, instead }]);
  });

  test.each(Object.entries(slips))("names the key that %s is meant for", (at, meant) => {
    const key = at.split(".").at(-1);
    const issue = { at, rule: "not a recipe key", got: `"${key}"`, instead: `write "${meant}"` };
    expect(issuesOf(changed({ [at]: 1 }))).toEqual([issue]);
  });

  test.each(["", ...mappings.map((path) => `${path}.`)])("lists the keys of %j where none is near", (prefix) => {
    const known = prefix
      .split(".")
      .slice(0, -1)
      .reduce<DescribedValue>((at, key) => at.properties![key]!, schema).properties!;
    for (const key of ["quite-another-key", "__proto__", "constructor"]) {
      const at = prefix.slice(0, -1);
      const value = changed(prefix === "" ? {} : { [at]: structuredClone(valueAt(recipe, at)) ?? {} });
      const parent = (prefix === "" ? value : valueAt(value, at)) as object;
      // An assignment to __proto__ would be none.
      Object.defineProperty(parent, key, { value: 1, enumerable: true });
      expect(issuesOf(value)).toEqual([
        {
          at: `${prefix}${key}`,
          rule: "not a recipe key",
          got: `"${key}"`,
          instead: `write one of ${quoted(Object.keys(known))}`,
        },
      ]);
    }
  });

  test.each(mappings)("refuses what is no mapping at %s", (at) => {
    for (const value of [null, [], "text", 7]) {
      const got = JSON.stringify(value);
      expect(issuesOf(changed({ [at]: value }))).toEqual([{ at, rule: "must be a mapping (key: value)", got }]);
    }
  });

  describe("takes as a gate", () => {
    const { metrics, labelMetrics = [] } = taskSchemas(task);
    const gate = (name: string, bounds: unknown = { min: 0.5 }) => changed({ evaluate: { gates: { [name]: bounds } } });
    const legal = [...Object.keys(metrics), ...labelMetrics.map((metric) => `${metric}:<label>`)];
    const refusal = (name: string, instead = `write one of ${legal.join(", ")}`) => [
      { at: `evaluate.gates.${name}`, rule: "not a metric of this task", got: '{"min":0.5}', instead },
    ];

    test("each of its metrics, and each metric of one label by the label", () => {
      const names = [...Object.keys(metrics), ...labelMetrics.map((metric) => `${metric}:a: label`)];
      for (const name of names.filter((each) => !unmeasured.includes(each))) {
        for (const bounds of [{ min: 0 }, { max: 2 }, { min: 0, max: 1 }, {}]) {
          expect(issuesOf(gate(name, bounds))).toMatchObject({ evaluate: { gates: { [name]: bounds } } });
        }
      }
    });

    test("no metric of another task, no name that objects have, none of a label that has none", () => {
      const all = Object.values(METRIC_FAMILIES).flatMap((family) => Object.keys(family));
      const foreign = [...new Set(all)].filter((name) => !Object.hasOwn(metrics, name));
      expect(foreign.length).toBeGreaterThan(5);
      const ofNoLabel = Object.keys(metrics).find((name) => !labelMetrics.includes(name))!;
      for (const name of [...foreign, "toString", "", ":refund", `${ofNoLabel}:refund`]) {
        expect(issuesOf(gate(name))).toMatchObject([
          { at: `evaluate.gates.${name}`, rule: "not a metric of this task", got: '{"min":0.5}' },
        ]);
      }
      expect(issuesOf(gate("quite-another-metric"))).toEqual(refusal("quite-another-metric"));
    });

    test.each(Object.entries(gateSlips))("not %s, for which it names the one that is meant", (slip, meant) => {
      expect(issuesOf(gate(slip))).toEqual(refusal(slip, `write ${meant}`));
    });

    test("a metric of one label only where the task has labels", () => {
      const result = issuesOf(gate("f1:refund"));
      const hasLabels = labelMetrics.includes("f1");
      if (hasLabels) expect(result).toMatchObject({ evaluate: { gates: { "f1:refund": { min: 0.5 } } } });
      else expect(result).toEqual(refusal("f1:refund"));
    });

    test("no bounds between which nothing lies", () => {
      const name = Object.keys(metrics)[0]!;
      expect(issuesOf(gate(name, { min: 0.9, max: 0.5 }))).toEqual([
        {
          at: `evaluate.gates.${name}`,
          rule: "nothing is at least min and at most max",
          got: '{"min":0.9,"max":0.5}',
          instead: "write a min that is not above max",
        },
      ]);
    });

    test("bounds that are numbers in a mapping", () => {
      const name = Object.keys(metrics)[0]!;
      const at = `evaluate.gates.${name}`;
      const bounds = [
        [0.9, at, "must be a mapping (key: value)", "0.9"],
        [null, at, "must be a mapping (key: value)", "null"],
        [{ min: "0.9" }, `${at}.min`, "must be a number", '"0.9"'],
        [{ max: Number.NaN }, `${at}.max`, "must be a number", "NaN"],
      ] as const;
      for (const [value, where, rule, got] of bounds) {
        expect(issuesOf(gate(name, value))).toEqual([{ at: where, rule, got }]);
      }
      expect(issuesOf(gate(name, { minimum: 1 }))).toEqual([
        { at: `${at}.minimum`, rule: "not a recipe key", got: '"minimum"', instead: 'write one of "min", "max"' },
      ]);
    });
  });

  test.each([["Tickets"], ["-tickets"], [""], ["a b"], ["a/b"], ["../a"], ["ü"], ["a\n"], ["a".repeat(65)]])(
    "refuses the name %j",
    (name) => {
      expect(issuesOf({ ...recipe, name })).toEqual([
        { at: "name", rule: `must be ${NAME}`, got: JSON.stringify(name) },
      ]);
    },
  );

  const secret = "7h3-s3cr3t";
  test.each([
    `postgres://reader:${secret}@host/shop`,
    `https://:${secret}@host/a.csv`,
    `https://host/a.csv?X-Amz-Signature=${secret}`,
    `https://host/a.csv?page=2&access_token=${secret}`,
  ])("refuses an address that holds a secret, without showing it: %s", (source) => {
    const refused = issuesOf(changed({ "data.source": source }));
    expect(refused).toMatchObject([{ at: "data.source", rule: expect.stringMatching(/^must not hold a password/) }]);
    expect(JSON.stringify(refused)).not.toContain(secret);
  });

  test.each([
    `postgres://reader:\${PASSWORD}@host/shop`,
    "postgres://reader@host/shop?sslmode=require&table=a:b@c",
    "https://host/a:b@c.csv?page=2",
    "sqlite:shop.db?query=select '://a:b@c'",
    "notes:june@2024.csv",
  ])("takes %s", (source) => {
    expect(issuesOf(changed({ "data.source": source }))).toMatchObject({ data: { source } });
  });

  test("takes names of the registry's form", () => {
    for (const name of ["a", "0", "mail-triage_2.1", "a".repeat(64)]) {
      expect(issuesOf({ ...recipe, name })).toMatchObject({ name });
    }
  });

  const sections = Object.keys(smallest);

  test("needs a name, and the sections that have no defaults", () => {
    const { name: _, ...nameless } = recipe;
    expect(issuesOf(nameless)).toEqual([{ at: "name", rule: "is missing", instead: `write a text: ${NAME}` }]);
    expect(issuesOf({ name: "tiny", task })).toEqual(
      sections.map((at) => ({ at, rule: "is missing", instead: "write a mapping (key: value)" })),
    );
  });

  test("is refused for all that is wrong with it at once, in one message", () => {
    const value = changed({ "train.threads": 0, "evaluate.bootstrap": 1, name: 7 });
    expect(() => parseRecipe(value, "a.yaml")).toThrow(
      [
        "a.yaml: 3 values break a rule",
        `  name: must be a text of ${NAME}, got 7`,
        "  train.threads: must be above 0, got 0",
        "  evaluate.bootstrap: must be at least 100, got 1",
      ].join("\n"),
    );
    expect(() => parseRecipe(changed({ "train.threads": 0 }))).toThrow(/^recipe: one value breaks a rule\n/);
  });

  test("shows long values short", () => {
    const name = "A".repeat(500);
    expect(issuesOf({ ...recipe, name })).toMatchObject([{ at: "name", got: `"${"A".repeat(76)}...` }]);
  });

  test("describes itself to editors: what it refuses without a name, task and data", () => {
    expect(schema).toMatchObject({
      type: "object",
      required: ["name", "task", ...sections],
      additionalProperties: false,
      properties: { task: { const: task } },
    });
  });
});

describe("a recipe without a task that is known", () => {
  const rule = `must be one of ${quoted(taskNames)}`;

  test.each([
    ["another", '"another"'],
    ["image-classification", '"image-classification"'],
    ["__proto__", '"__proto__"'],
    ["toString", '"toString"'],
    [null, "null"],
    [["text-classification"], '["text-classification"]'],
  ])("is refused for the task alone: %j", (task, got) => {
    expect(issuesOf({ name: "Not A Name", task })).toEqual([{ at: "task", rule, got }]);
  });

  test("is told the nearest task, or all of them where it names none", () => {
    const issues = issuesOf({ name: "tiny", task: "text-regresion" });
    expect(issues).toEqual([{ at: "task", rule, got: '"text-regresion"', instead: 'did you mean "text-regression"?' }]);
    const instead = `write one of ${quoted(taskNames)}`;
    expect(issuesOf({ name: "tiny" })).toEqual([{ at: "task", rule: "is missing", instead }]);
  });

  test.each([null, [], "text", 7])("is refused when it is no mapping: %j", (value) => {
    const got = JSON.stringify(value);
    expect(issuesOf(value)).toEqual([{ at: "the recipe", rule: "must be a mapping (key: value)", got }]);
  });

  test("is refused when there is nothing", () => {
    const instead = "write a mapping (key: value)";
    expect(issuesOf(undefined)).toEqual([{ at: "the recipe", rule: "is missing", instead }]);
  });

  test("is described to editors as a recipe of any task", () => {
    const { anyOf } = recipeJsonSchema() as { anyOf: { properties: { task: { const: string } } }[] };
    expect(anyOf.map(({ properties }) => properties.task.const)).toEqual(taskNames);
  });
});
