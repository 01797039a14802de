import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { MonitorSettings } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";
import type { ChannelContext } from "../alerts/channels/channel.ts";
import { type ToldAlerts, tellAlerts } from "../alerts/tell-alerts.ts";
import { writeDocument } from "../cli/output/write-document.ts";
import { renderMonitorReport } from "./page/render-monitor-report.ts";
import type { MonitorReport } from "./report.ts";
import { type WatchOptions, watchTraffic } from "./watch-traffic.ts";

export interface MonitorOptions extends WatchOptions, Pick<ChannelContext, "wait"> {
  /** What is watched: `name`, `name@alias` or `name:3`. */
  readonly model: string;
  /** Where relative paths of the settings start, and commands run. Default: the working directory. */
  readonly folder?: string;
}

/** A look at the traffic, and what came of it. */
export interface Monitored {
  readonly report: MonitorReport;
  /** Absent: the settings name no folder for reports. */
  readonly files?: { readonly page: string; readonly json: string };
  /** Empty without settings: a mere look changes nothing. */
  readonly alerts: ToldAlerts;
}

const NO_ALERTS: ToldAlerts = { opened: [], kept: [], closed: [], told: [], failed: [] };

/**
 * One look at the traffic of a model, for a person, a script or a scheduler. With settings it writes the report where
 * they say so, opens and closes alerts, and tells those who want to know.
 *
 * @throws {ModelwrightError} As `watchTraffic`; `CLI_OUTPUT_UNWRITABLE`. Who could not be told is in the result.
 */
export async function monitorOnce(registry: Registry, options: MonitorOptions): Promise<Monitored> {
  const { model, folder = process.cwd(), settings, wait } = options;
  const report = await watchTraffic(registry, model, options);
  if (settings === undefined) return { report, alerts: NO_ALERTS };
  const files = await writeReports(report, settings, folder);
  const place = files && (settings.url === undefined ? files.page : atUrl(settings.url, report));
  const alerts = await tellAlerts(registry, report, { settings, watched: model, place, folder, wait });
  return { report, ...(files === undefined ? {} : { files }), alerts };
}

async function writeReports(
  report: MonitorReport,
  { reports }: MonitorSettings,
  folder: string,
): Promise<Monitored["files"]> {
  if (reports === undefined) return undefined;
  const place = resolve(folder, reports);
  await mkdir(place, { recursive: true });
  const [page, json] = ["html", "json"].map((ending) => join(place, `${nameOf(report)}.${ending}`)) as [string, string];
  await writeDocument(json, `${JSON.stringify(report, undefined, 1)}\n`);
  await writeDocument(page, renderMonitorReport(report));
  return { page, json };
}

function atUrl(url: string, report: MonitorReport): string {
  return `${url.replace(/\/+$/, "")}/${nameOf(report)}.html`;
}

/** `tickets-3-20261128T110000Z`. */
function nameOf({ name, version, to }: MonitorReport): string {
  return `${name}-${version}-${to.replaceAll(/[-:]|\.\d+/g, "")}`;
}
