import { z } from "zod";
import { columnKind } from "../tasks/table-columns.ts";
import { taskNames } from "../tasks/tasks.ts";
import { openAiModelSchema } from "./openai.ts";

const modelName = z.string().describe("A loaded model: name, name@alias or name:version");

export const modelParamsSchema = z.object({ name: modelName });
export const modelVersionParamsSchema = z.object({ name: modelName, version: z.string().describe("Such as 3") });

export const modelListSchema = z
  .strictObject({
    models: z.array(
      z.strictObject({
        name: z.string(),
        version: z.int(),
        references: z.array(z.string()).describe("What this version answers to"),
        task: z.string(),
        labels: z.array(z.string()).optional().describe("What the model chooses among, where that is a closed list"),
        pairs: z.literal(true).optional().describe("An item is two texts, { text, second }"),
        columns: z
          .array(z.strictObject({ name: z.string(), kind: columnKind, categories: z.array(z.string()).optional() }))
          .optional()
          .describe("What a row holds: the columns of a table, and of those with categories the ones of training"),
        createdAt: z.string(),
      }),
    ),
    object: z.literal("list").describe("As OpenAI's clients expect it, like data"),
    data: z.array(openAiModelSchema),
  })
  .meta({
    examples: [
      {
        object: "list",
        data: [{ id: "mail-triage", object: "model", created: 1_795_522_530, owned_by: "modelwright" }],
        models: [
          {
            name: "mail-triage",
            version: 3,
            references: ["mail-triage", "mail-triage:3", "mail-triage@champion"],
            task: taskNames[0],
            labels: ["refund", "shipping"],
            createdAt: "2026-11-24T12:15:30.000Z",
          },
        ],
      },
    ],
  });
export type ModelList = z.infer<typeof modelListSchema>;

/** A document of OpenAPI, as far as a reader needs to know before reading it. */
export const openApiDocumentSchema = z
  .looseObject({ openapi: z.literal("3.1.0") })
  .meta({ examples: [{ openapi: "3.1.0", info: { title: "mail-triage", version: "3" }, paths: {} }] });
