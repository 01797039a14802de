import { z } from "zod";
import { ModelwrightError } from "../errors/modelwright-error.ts";
import { type RecipeJsonSchema, recipeIssue } from "../recipe/recipe-issue.ts";
import { monitorCheckNames } from "./monitor-settings.ts";

const reference = z.string().min(1).describe("A model: its name, name@alias or name:3");

/** When a job is due: one of these. */
const when = z
  .strictObject({
    cron: z.string().optional().describe("Five or six fields, for example 0 3 * * 1: at three on Mondays"),
    timezone: z.string().optional().describe("In which cron means its hours, for example Europe/Berlin. Default UTC"),
    feedback: z.int().positive().optional().describe("When so many pieces of feedback were accepted since it ran last"),
    alert: z
      .enum([...monitorCheckNames, "any"])
      .optional()
      .describe("When monitoring has opened an alert of this check since it ran last; any: of any check"),
  })
  .refine(
    ({ cron, feedback, alert }) => [cron, feedback, alert].filter((each) => each !== undefined).length === 1,
    "must have one of cron, feedback and alert",
  );

const jobs = [
  z.strictObject({
    action: z.literal("retrain"),
    model: reference,
    weight: z.int().positive().max(100).default(1).describe("As --weight of modelwright retrain"),
    canary: z
      .boolean()
      .default(false)
      .describe("Whether a new version that holds its own gets traffic, a little first"),
  }),
  z.strictObject({
    action: z.literal("monitor"),
    model: reference,
    settings: z.string().optional().describe("The file of modelwright monitor, relative to this one"),
  }),
  z.strictObject({ action: z.literal("step"), model: reference }),
  z.strictObject({
    action: z.literal("expire"),
    days: z.int().positive().describe("Recorded predictions that are older are removed"),
  }),
] as const;

const common = {
  name: z.string().regex(/^[^\p{C}]{1,100}$/u, "1 to 100 printable characters"),
  when,
};
const job = z.discriminatedUnion("action", [
  jobs[0].extend(common),
  jobs[1].extend(common),
  jobs[2].extend(common),
  jobs[3].extend(common),
]);

const schedule = z.strictObject({
  jobs: z
    .array(job)
    .min(1)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must have a name of its own each")
    .refine(
      (all) => all.every((each) => each.when.cron !== undefined || "model" in each),
      "must have when.cron where they are of no model",
    ),
});

/** What is done by itself, and when. */
export type ScheduleSettings = z.output<typeof schedule>;
export type ScheduledJob = ScheduleSettings["jobs"][number];

/**
 * Checks a schedule and fills in its defaults.
 *
 * @param path Named in error messages: the file, or "schedule".
 * @throws {ModelwrightError} `RECIPE_INVALID` with one issue per broken rule.
 */
export function parseScheduleSettings(value: unknown, path = "schedule"): ScheduleSettings {
  const result = schedule.safeParse(value);
  if (result.success) return result.data;
  const schema = z.toJSONSchema(schedule, { io: "input" }) as RecipeJsonSchema;
  throw new ModelwrightError("RECIPE_INVALID", {
    path,
    listedBy: "modelwright schedule --help",
    issues: result.error.issues.map((issue) => recipeIssue(issue, { value, schema })),
  });
}
