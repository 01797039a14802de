import { ModelwrightError, type MonitorSettings } from "@modelwright/contracts";
import type { AlertRecord, Registry, SettledAlerts } from "@modelwright/registry";
import type { MonitorReport } from "../monitoring/report.ts";
import type { Channel, ChannelContext } from "./channels/channel.ts";
import { channelOf } from "./channels/channels.ts";
import { messageOf } from "./message.ts";

/** What a look at the traffic changed, who was told, and who could not be. */
export interface ToldAlerts extends SettledAlerts {
  readonly told: readonly { readonly channel: string; readonly event: "opened" | "closed"; readonly check: string }[];
  readonly failed: readonly ModelwrightError[];
}

export interface TellOptions extends ChannelContext {
  readonly settings: Pick<MonitorSettings, "alerts">;
  /** As it was asked for: of each name alerts are kept apart. */
  readonly watched: string;
  /** Where the report lies. */
  readonly place?: string | undefined;
}

/**
 * Opens and closes alerts by a report and tells those who want to know: each of them once that it opened, and once that
 * it closed. Who could not be reached is tried again at the next look.
 */
export async function tellAlerts(
  registry: Registry,
  report: MonitorReport,
  { settings, watched, place, ...context }: TellOptions,
): Promise<ToldAlerts> {
  const { alerts: store } = registry.stores;
  const { name: model, version, checks, from, to } = report;
  const settled = await store.settle({
    watched,
    model,
    version,
    found: checks
      .filter(({ verdict }) => verdict === "alert")
      .map(({ check, text, examples }) => ({
        check,
        text,
        evidence: { from, to, examples: [...examples], ...(place === undefined ? {} : { report: place }) },
      })),
    fine: checks.filter(({ verdict }) => verdict === "fine").map(({ check }) => check),
    at: report.to,
  });
  const told: ToldAlerts["told"][number][] = [];
  const failed: ModelwrightError[] = [];
  const tell = async (channel: Channel, alert: AlertRecord, event: "opened" | "closed") => {
    try {
      await channel.tell(messageOf(alert, { event, report, place }));
      await store.noteTold(alert.id, event, [channel.name]);
      told.push({ channel: channel.name, event, check: alert.check });
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      failed.push(new ModelwrightError("MONITOR_ALERT_FAILED", { channel: channel.name, problem }, { cause }));
    }
  };
  const all = await store.list({ watched });
  for (const each of settings.alerts) {
    const channel = channelOf(each, context);
    for (const alert of all) {
      const isWanted = each.on?.some((check) => check === alert.check) ?? true;
      const [knows, knowsEnd] = [alert.told.includes(channel.name), alert.toldClosed.includes(channel.name)];
      if (alert.closedAt === undefined && isWanted && !knows) await tell(channel, alert, "opened");
      if (alert.closedAt !== undefined && knows && !knowsEnd) await tell(channel, alert, "closed");
    }
  }
  return { ...settled, told, failed };
}
