import { MONITOR_CHECKS, type MonitorCheckName } from "@modelwright/contracts";
import type { AlertRecord } from "@modelwright/registry";
import type { MonitorReport } from "../monitoring/report.ts";

/** What somebody is told of an alert: the body of a webhook, and what a command reads. */
export interface AlertMessage {
  readonly event: "opened" | "closed";
  readonly id: string;
  readonly watched: string;
  readonly model: string;
  readonly version: number;
  readonly check: string;
  /** What the check looks for. */
  readonly meaning: string;
  /** What was found last. */
  readonly text: string;
  readonly openedAt: string;
  readonly closedAt?: string;
  /** The period that was looked at. */
  readonly from: string;
  readonly to: string;
  /** Where the report lies: a URL, or a file of the machine that looked. Absent: none is kept. */
  readonly report?: string;
  /** The command that shows the same again. */
  readonly command: string;
  /** Ids of some predictions that show it. */
  readonly examples: readonly string[];
}

export function messageOf(
  alert: AlertRecord,
  {
    event,
    report,
    place,
  }: { readonly event: "opened" | "closed"; readonly report: MonitorReport; readonly place?: string | undefined },
): AlertMessage {
  const { id, watched, model, version, check, text, openedAt, closedAt } = alert;
  const { from, to } = report;
  const now = report.checks.find((each) => each.check === check);
  return {
    event,
    id,
    watched,
    model,
    version,
    check,
    meaning: MONITOR_CHECKS[check as MonitorCheckName] ?? check,
    text: event === "closed" ? (now?.text ?? text) : text,
    openedAt,
    ...(closedAt === undefined ? {} : { closedAt }),
    from,
    to,
    ...(place === undefined ? {} : { report: place }),
    command: `modelwright monitor ${model}:${version} --since ${from} --until ${to}`,
    examples: now?.examples ?? [],
  };
}

/** `tickets@champion: inputs drifted` … as the first line of a mail. */
export function subjectOf({ event, watched, check }: AlertMessage): string {
  return event === "opened" ? `${watched}: ${check}, look at it` : `${watched}: ${check} is fine again`;
}

/** The whole as text. */
export function textOf(message: AlertMessage): string {
  const { event, model, version, meaning, text, from, to, openedAt, closedAt, report, command, examples, id } = message;
  return [
    event === "opened" ? `${meaning}:` : `Fine again; it was: ${meaning}.`,
    `  ${text}`,
    "",
    `Version     ${model}:${version}`,
    `Looked at   ${from} to ${to}`,
    `Since       ${openedAt}${closedAt === undefined ? "" : ` until ${closedAt}`}`,
    ...(report === undefined ? [] : [`Report      ${report}`]),
    `See again   ${command}`,
    ...(examples.length === 0 ? [] : ["Predictions", ...examples.map((example) => `  ${example}`)]),
    "",
    `Alert ${id}`,
    "",
  ].join("\n");
}
