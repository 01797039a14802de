import type { z } from "zod";
import { type BrokenRule, brokenRule, quotedNames } from "../broken-rule.ts";
import { closestName } from "../closest-name.ts";
import { choices } from "../errors/error-definition.ts";

/** A broken rule of a recipe: `train.batchSize: must be above 0, got 0`. */
export interface RecipeIssue {
  /** `train.batchSize`. */
  readonly at: string;
  readonly rule: string;
  /** As JSON; absent where there is no value. */
  readonly got?: string;
  /** What to write, where the rule does not say it all. */
  readonly instead?: string;
}

/** A JSON Schema, as far as issues read it. */
export interface RecipeJsonSchema {
  readonly description?: string;
  /** Of a text: the regular expression that it must match. */
  readonly pattern?: string;
  /** Of a text that has a form: some that have it. */
  readonly examples?: readonly string[];
  readonly properties?: Readonly<Record<string, RecipeJsonSchema>>;
  readonly additionalProperties?: RecipeJsonSchema | boolean;
}

/** Tells a broken rule: where, the rule, the value and what to write. */
export function recipeIssue(
  issue: z.core.$ZodIssue,
  root: { readonly value: unknown; readonly schema: RecipeJsonSchema },
): RecipeIssue {
  const schema = schemaAt(root.schema, issue.path);
  if (issue.code === "unrecognized_keys") return unknownKey(issue, schema);
  const at = issue.path.length === 0 ? "the recipe" : issue.path.join(".");
  const value = valueAt(root.value, issue.path);
  const { rule, meant } = brokenRule(issue, value);
  if (issue.code === "custom") return custom(issue, { at, rule, value });
  if (value === undefined) {
    const about = schema.description === undefined ? "" : `: ${schema.description}`;
    return { at, rule: "is missing", instead: `${rule.replace(/^must be /, "write ")}${about}` };
  }
  const broken =
    issue.code === "invalid_format"
      ? { rule: `must be ${schema.description}` }
      : issue.code === "invalid_type" && issue.expected === "string"
        ? formOfText(schema, { value, rule })
        : { rule, ...(meant === undefined ? {} : { meant }) };
  const found = { at, rule: broken.rule, got: show(value) };
  return broken.meant === undefined ? found : { ...found, instead: `did you mean "${broken.meant}"?` };
}

/** What a text that has a form looks like, for somebody who wrote no text at all. */
function formOfText(
  { description, pattern, examples }: RecipeJsonSchema,
  { value, rule }: { readonly value: unknown; readonly rule: string },
): BrokenRule {
  if (pattern !== undefined) return { rule: `${rule} of ${description}` };
  if (examples === undefined) return { rule };
  // A number without its unit: the first unit is the likeliest.
  const unit = /^\d+([a-z]+)$/.exec(examples[0] ?? "")?.[1];
  const meant = unit !== undefined && typeof value === "number" && value > 0 ? `${value}${unit}` : undefined;
  return { rule: `${rule} such as ${choices(examples)}`, ...(meant === undefined ? {} : { meant }) };
}

/** A rule of ours, perhaps broken by a default: then there is no value to show, nor is one that is secret. */
function custom(
  { params }: z.core.$ZodIssueCustom,
  { at, rule, value }: { readonly at: string; readonly rule: string; readonly value: unknown },
): RecipeIssue {
  return {
    at,
    rule,
    ...(value === undefined || params?.["isSecret"] === true ? {} : { got: show(value) }),
    ...(params === undefined ? {} : { instead: String(params["instead"]) }),
  };
}

function unknownKey({ path, keys }: z.core.$ZodIssueUnrecognizedKeys, schema: RecipeJsonSchema): RecipeIssue {
  const [key = ""] = keys;
  const known = Object.keys(schema.properties ?? {});
  const meant = closestName(key, known);
  return {
    at: [...path, key].join("."),
    rule: "not a recipe key",
    got: quotedNames(keys),
    instead: `write ${meant === undefined ? `one of ${quotedNames(known)}` : `"${meant}"`}`,
  };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

function schemaAt(root: RecipeJsonSchema, path: readonly PropertyKey[]): RecipeJsonSchema {
  return path.reduce<RecipeJsonSchema>((schema, key) => {
    const { properties = {}, additionalProperties } = schema;
    if (Object.hasOwn(properties, key)) return properties[String(key)]!;
    return typeof additionalProperties === "object" ? additionalProperties : {};
  }, root);
}

function show(value: unknown): string {
  const text = (typeof value === "number" ? undefined : JSON.stringify(value)) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
