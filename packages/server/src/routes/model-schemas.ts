import {
  type ModelManifest,
  openApiSchema,
  predictRequestSchema,
  type RequestLimits,
  type TablePreprocessing,
  taskSchemas,
} from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";

/** JSON Schema 2020-12, as far as ours go. */
export interface JsonSchema {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** What one version takes and gives: the schemas of its task, narrowed to its own labels and columns. */
export interface ModelSchemas {
  readonly item: JsonSchema;
  readonly options: JsonSchema;
  readonly answer: JsonSchema;
  /** Of `POST /v1/models/{name}/predict`: one item or several, and options. */
  readonly request: JsonSchema;
}

/** How a value of a column is sent; null where it is missing. */
const COLUMN_TYPES = { number: "number", category: "string", date: "string", text: "string" } as const;

/** Properties of an answer that hold one label of the model, and those that hold a list of them. */
const ONE_LABEL = new Set(["label", "likeliest"]);
const LABELS = "labels";

export function modelSchemas(manifest: ModelManifest, limits: RequestLimits): ModelSchemas {
  const { task } = manifest;
  const { item: itemOf, options, answer, words } = taskSchemas(task);
  const item = ownItem(manifest) ?? openApiSchema(itemOf(limits), "input");
  const labels = inferenceRow(task).labels?.(manifest);
  const shown = openApiSchema(answer, "output") as JsonSchema;
  const [one, many] = [words.item, `${words.item}s`];
  const request = openApiSchema(predictRequestSchema(task, limits), "input") as JsonSchema;
  const properties = request.properties ?? {};
  const { examples: _, ...general } = request;
  return {
    item,
    options: openApiSchema(options, "input"),
    answer: labels === undefined ? shown : withLabels(shown, labels),
    request: {
      ...general,
      properties: { ...properties, [one]: item, [many]: { ...properties[many], items: item } },
      // A request has one of both.
      oneOf: [{ required: [one] }, { required: [many] }],
    },
  };
}

/** An item of a version that reads rows or pairs; undefined where every item of its task is one of its own. */
function ownItem({ signature, preprocessing }: ModelManifest): JsonSchema | undefined {
  if (signature.input === "text-pair") {
    const text = { type: "string" };
    return { type: "object", properties: { text, second: text }, required: ["text", "second"] };
  }
  if (signature.input !== "row") return undefined;
  const { columns } = preprocessing as TablePreprocessing;
  const typed = columns.map(({ name, kind, categories, unknown }) => {
    const isClosed = unknown === "refuse" && categories !== undefined;
    const schema = isClosed
      ? { enum: [...categories, null] }
      : { type: [COLUMN_TYPES[kind], "null"], ...(categories === undefined ? {} : { examples: categories }) };
    return [name, schema] as const;
  });
  return { type: "object", properties: Object.fromEntries(typed), required: columns.map(({ name }) => name) };
}

/** The schema with the labels of a version wherever an answer holds some. */
function withLabels(schema: JsonSchema, labels: readonly string[]): JsonSchema {
  return mapSchema(schema, (name, property) => {
    if (ONE_LABEL.has(name)) return narrowed(property, labels);
    const { items } = property;
    return name === LABELS && items !== undefined ? { ...property, items: narrowed(items, labels) } : property;
  });
}

/** A text becomes one of the labels; what else it may be, such as null, stays. */
function narrowed(schema: JsonSchema, labels: readonly string[]): JsonSchema {
  const { type, anyOf, ...rest } = schema;
  if (type === "string") return { ...rest, type, enum: labels };
  if (Array.isArray(type) && type.includes("string"))
    return { ...rest, type, enum: [...labels, ...(type.includes("null") ? [null] : [])] };
  if (!Array.isArray(anyOf)) return schema;
  return { ...rest, anyOf: anyOf.map((each: JsonSchema) => narrowed(each, labels)) };
}

/** The schema with each of its properties, at any depth, as `change` makes it. */
function mapSchema(schema: JsonSchema, change: (name: string, property: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(items === undefined ? {} : { items: mapSchema(items, change) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, property]) => [name, change(name, mapSchema(property, change))]),
          ),
        }),
  };
}
