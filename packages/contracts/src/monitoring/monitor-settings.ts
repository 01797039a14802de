import { z } from "zod";
import { ModelwrightError } from "../errors/modelwright-error.ts";
import { type RecipeJsonSchema, recipeIssue } from "../recipe/recipe-issue.ts";

/** What is looked at in the traffic of a model. */
export const MONITOR_CHECKS = {
  inputs: "what comes in is not what the model was evaluated on",
  outputs: "answers are spread otherwise",
  confidence: "the model is more or less sure than it was",
  "estimated-quality": "probabilities say that fewer answers are right than were on the reference",
  quality: "labels that came say that it answers worse than on the test rows, or than a limit",
  failures: "more items fail than may",
  latency: "answers take longer than they may",
} as const;
export type MonitorCheckName = keyof typeof MONITOR_CHECKS;
export const monitorCheckNames = Object.keys(MONITOR_CHECKS) as [MonitorCheckName, ...MonitorCheckName[]];

const milliseconds = z.number().positive().optional();

const bounds = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, {
    error: "must hold a bound",
    params: { instead: "write for example { min: 0.9 }" },
  });

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional();

/** Who is told, each in one way. */
const alert = z
  .strictObject({
    webhook: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("A URL that gets a POST of JSON"),
    secret: z
      .string()
      .min(8)
      .optional()
      .describe("By which what a webhook gets is signed (HMAC of SHA-256), so that it can tell who sent it"),
    email: texts.describe("Addresses that get a mail"),
    from: z.string().min(3).optional().describe("The address that mails come from"),
    server: z
      .string()
      .regex(/^smtps?:\/\/.+/)
      .optional()
      .describe("The server that sends mails, smtp://user:password@host:587 or smtps://…:465"),
    command: texts.describe("A program with its arguments, which gets JSON on stdin"),
    on: z
      .array(z.enum(monitorCheckNames))
      .min(1)
      .optional()
      .describe(`Checks that are told, of ${monitorCheckNames.join(", ")}; default: all`),
  })
  .superRefine(({ webhook, email, command, secret, from, server }, context) => {
    const issue = (path: string, message: string, instead: string) =>
      context.addIssue({ code: "custom", path: path === "" ? [] : [path], message, params: { instead } });
    const ways = [webhook, email, command].filter((way) => way !== undefined).length;
    if (ways !== 1) issue("", `must tell somebody in one way, not in ${ways}`, "write webhook, email or command");
    if (secret !== undefined && webhook === undefined) issue("secret", "belongs to a webhook", "leave it out");
    const belongsToMail = { from, server };
    for (const [name, value] of Object.entries(belongsToMail)) {
      if (email !== undefined && value === undefined) {
        issue(name, "is missing, and a mail needs it", name === "from" ? "write an address" : "write smtp://host:587");
      }
      if (email === undefined && value !== undefined) issue(name, "belongs to email", "leave it out");
    }
  });

/** `7d`, `12h`: how long. */
export const SPAN_PATTERN = /^[1-9]\d{0,4}[mhdw]$/;
const span = z.string().regex(SPAN_PATTERN).describe("minutes, hours, days or weeks, such as 30m, 12h, 7d or 4w");

const monitorSchema = z.strictObject({
  model: z.string().min(1).optional().describe("name, name@alias or name:version; default: that of the command line"),
  since: span.default("7d"),
  window: span.optional(),
  least: z.int().min(10).default(100).describe("Fewer predictions say nothing of drift"),
  reports: z.string().min(1).optional().describe("A folder for the reports, relative to this file"),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where the folder of reports can be read, for those who are told"),
  limits: z
    .strictObject({
      failures: z.number().min(0).max(1).default(0.05).describe("Share of the items that may fail"),
      latency: z
        .strictObject({ p50: milliseconds, p95: milliseconds, p99: milliseconds })
        .optional()
        .describe("Milliseconds that half, 95 % or 99 % of the answers may take"),
      metrics: z.record(z.string(), bounds).optional().describe("Bounds of metrics, as gates of a recipe have them"),
    })
    .prefault({}),
  alerts: z.array(alert).default([]),
});

export type MonitorSettings = z.infer<typeof monitorSchema>;
export type AlertSettings = MonitorSettings["alerts"][number];

/**
 * Checks how the traffic of a model is watched, and fills in defaults.
 *
 * @param path Named in error messages: the file, or "monitor".
 * @throws {ModelwrightError} `RECIPE_INVALID` with one issue per broken rule.
 */
export function parseMonitorSettings(value: unknown, path = "monitor"): MonitorSettings {
  const result = monitorSchema.safeParse(value);
  if (result.success) return result.data;
  const schema = z.toJSONSchema(monitorSchema, { io: "input" }) as RecipeJsonSchema;
  throw new ModelwrightError("RECIPE_INVALID", {
    path,
    listedBy: "modelwright monitor check --help",
    issues: result.error.issues.map((issue) => recipeIssue(issue, { value, schema })),
  });
}
