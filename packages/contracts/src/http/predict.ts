import { z } from "zod";
import { choices } from "../errors/error-definition.ts";
import type { ItemLimits } from "../tasks/task-schemas.ts";
import { type AnswerOf, type ItemOf, type OptionsOf, type TaskName, taskSchemas } from "../tasks/tasks.ts";
import { openApiSchema } from "./check-value.ts";

/** Limits that a server sets on one request. */
export interface RequestLimits extends ItemLimits {
  readonly maxItemsPerRequest: number;
}

/** A request that was checked. */
export interface PredictRequestBody<Task extends TaskName> {
  /** One at least. */
  readonly items: readonly ItemOf<Task>[];
  /** Default: none. */
  readonly options: OptionsOf<Task>;
}

/**
 * Makes the schema of `POST /v1/models/{name}/predict` for models of a task: one item or several, and options.
 *
 * The keys are the task's words: `{ "text": … }` or `{ "texts": […] }`.
 */
export function predictRequestSchema<Task extends TaskName>(
  task: Task,
  limits: RequestLimits,
): z.ZodType<PredictRequestBody<Task>> {
  const { item: itemOf, options, words, example } = taskSchemas(task);
  const { maxItemsPerRequest: most } = limits;
  const [one, many] = [words.item, `${words.item}s`];
  const item = itemOf(limits);
  const count = `must hold 1 to ${most} ${many}`;
  return strict({
    [many]: z.array(item).min(1, count).max(most, count).optional(),
    [one]: item.optional(),
    options: strict(options.shape).optional(),
  })
    .refine((body) => (body[many] === undefined) !== (body[one] === undefined), {
      error: `must have "${many}" or "${one}", and not both`,
    })
    .meta({
      title: task,
      examples: [
        { [many]: example.items },
        { [one]: example.items[0], ...(example.options === undefined ? {} : { options: example.options }) },
      ],
    })
    .transform((body) => ({
      // The keys are known by the task's words alone, and so are the types of what stands there.
      items: (body[many] ?? [body[one]]) as ItemOf<Task>[],
      options: (body.options ?? {}) as OptionsOf<Task>,
    }));
}

/** An object of these keys alone; the message about another key names them. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  const error = known.length === 0 ? "is not known here" : `is not known here, where ${choices(known)} may stand`;
  return z.strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? error : undefined) });
}

/** Makes the schema of the query of `POST /v1/models/{name}/predict`: the task's options once more, as `top_k` for `topK`. */
export function predictQuerySchema<Task extends TaskName>(task: Task): z.ZodType<OptionsOf<Task>> {
  return strict(queryFields(task)).transform((query) => namedAsOptions(task, query));
}

/**
 * Makes the schema of an inference request of the Open Inference Protocol as far as it holds options: parameters that are named as in a query.
 * Other parameters pass, as the protocol allows.
 */
export function inferOptionsSchema<Task extends TaskName>(task: Task): z.ZodType<OptionsOf<Task>> {
  const fields = Object.entries(optionFields(task)).map(([name, field]) => [snakeCase(name), field]);
  return z
    .object({ parameters: z.object(Object.fromEntries(fields)).optional() })
    .transform(({ parameters = {} }) => namedAsOptions(task, parameters));
}

/** Describes the queries of models of several tasks together; it is for documents, a request is checked with the schema of its task. */
export function predictQueryDocument(tasks: readonly TaskName[]): z.ZodType {
  const [only, ...others] = tasks;
  if (only !== undefined && others.length === 0) return z.strictObject(queryFields(only));
  const fields = new Map<string, z.ZodType[]>();
  for (const task of tasks) {
    for (const [name, field] of Object.entries(queryFields(task))) {
      const described = field.describe(`${task}: ${field.meta()?.description}`);
      fields.set(name, [...(fields.get(name) ?? []), described]);
    }
  }
  return z.strictObject(
    Object.fromEntries(
      Array.from(fields, ([name, given]) => {
        const [field, ...more] = given;
        if (more.length === 0) return [name, field!];
        const description = given.map((each) => each.meta()?.description).join(". ");
        return [name, z.union(given).optional().describe(description)];
      }),
    ),
  );
}

/** How each kind of value is read from a query, where everything is text. */
const FROM_TEXT: Readonly<Record<string, (field: z.ZodType) => z.ZodType>> = {
  boolean: (field) =>
    z
      .enum(["true", "false"])
      .transform((text) => text === "true")
      .pipe(field as z.ZodType<unknown, boolean>),
  number: (field) => z.preprocess(Number, field),
  integer: (field) => z.preprocess(Number, field),
  // One value stands for a list of one.
  array: (field) => z.preprocess((values) => [values].flat(), field),
};

function queryFields(task: TaskName): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(optionFields(task)).map(([name, field]) => {
      const { type } = openApiSchema(field, "input");
      const read = FROM_TEXT[String(type)]?.(field) ?? field;
      return [snakeCase(name), read.optional().describe(field.meta()?.description ?? "")];
    }),
  );
}

function optionFields(task: TaskName): Readonly<Record<string, z.ZodType>> {
  return taskSchemas(task).options.shape as unknown as Readonly<Record<string, z.ZodType>>;
}

function namedAsOptions<Task extends TaskName>(task: Task, given: Readonly<Record<string, unknown>>): OptionsOf<Task> {
  return Object.fromEntries(
    Object.keys(optionFields(task)).flatMap((name) => {
      const value = given[snakeCase(name)];
      return value === undefined ? [] : [[name, value]];
    }),
  ) as OptionsOf<Task>;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What `POST /v1/models/{name}/predict` answers. */
export interface PredictResponse<Task extends TaskName> {
  /** Of the request; item i of it is known as `<id>.<i>`. */
  readonly id: string;
  readonly model: { readonly name: string; readonly version: number };
  /** In the order of the items. */
  readonly predictions: readonly AnswerOf<Task>[];
}

/** Makes the schema of the answer of a model of a task. */
export function predictResponseSchema<Task extends TaskName>(task: Task): z.ZodType<PredictResponse<Task>> {
  const { answer, words, example } = taskSchemas(task);
  return z
    .strictObject({
      id: z.string().describe("Names the prediction of item i as <id>.<i>, for feedback"),
      model: z.strictObject({ name: z.string(), version: z.int() }),
      predictions: z
        .array(answer as unknown as z.ZodType<AnswerOf<Task>>)
        .describe(`In the order of the ${words.item}s`),
    })
    .meta({
      title: task,
      examples: [example.answer, ...(example.rejected === undefined ? [] : [example.rejected])].map((answer) => ({
        id: "0198f3a0-5c1e-7d35-9a51-6c0f2e7b8d14",
        model: { name: example.model, version: 3 },
        predictions: [answer],
      })),
    });
}

/** Describes bodies of models of several tasks; a schema's title is its task. */
export function anyOfSchemas(schemas: readonly z.ZodType[]): z.ZodType {
  const [first, ...others] = schemas;
  if (first === undefined) throw new Error("a server has at least one model");
  return others.length === 0 ? first : z.union([first, ...others]);
}
