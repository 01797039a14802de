import { recipeJsonSchema, type TaskName } from "@modelwright/contracts";

/** One value of a recipe, as help and the reference page show it. */
export interface RecipeValue {
  /** `train.batchSize`. */
  readonly path: string;
  /** `integer, > 0`. */
  readonly type: string;
  /** As JSON; absent when there is none, or when it depends on other values. */
  readonly fallback?: string;
  readonly required: boolean;
  readonly description: string;
}

/** The parts of JSON Schema 2020-12 that a recipe uses. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly examples?: readonly string[];
  readonly const?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/** Every value that a recipe of a task may hold, in the order of the schema. */
export function recipeValues(task: TaskName): RecipeValue[] {
  return [...leaves(recipeJsonSchema(task) as Schema, [])];
}

function* leaves(schema: Schema, parents: readonly string[]): Generator<RecipeValue> {
  for (const [name, value] of Object.entries(schema.properties ?? {})) {
    const path = [...parents, name];
    if (value.properties !== undefined) {
      yield* leaves(value, path);
      continue;
    }
    yield {
      path: path.join("."),
      type: describeType(value),
      ...(value.default === undefined ? {} : { fallback: JSON.stringify(value.default) }),
      required: value.default === undefined && schema.required?.includes(name) === true,
      description: value.description ?? "",
    };
  }
}

function describeType(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeType).join(" | ");
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum.join(" | ");
  if (schema.items !== undefined) return `list of ${describeType(schema.items)}`;
  if (schema.pattern !== undefined && schema.examples !== undefined) return `like ${schema.examples[0]}`;
  if (schema.type === "object") return "mapping";
  return [schema.type, ...bounds(schema)].join(", ");
}

function bounds({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): string[] {
  const limits = [
    minimum === undefined ? "" : `≥ ${minimum}`,
    exclusiveMinimum === undefined ? "" : `> ${exclusiveMinimum}`,
    // The schema of an integer states the largest safe one, which tells a reader nothing.
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? "" : `≤ ${maximum}`,
    exclusiveMaximum === undefined ? "" : `< ${exclusiveMaximum}`,
  ].filter(Boolean);
  return limits.length === 0 ? [] : [limits.join(" and ")];
}
