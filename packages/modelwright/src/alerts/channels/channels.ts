import type { AlertSettings } from "@modelwright/contracts";
import type { Channel, ChannelContext } from "./channel.ts";
import { command } from "./command.ts";
import { mail } from "./mail.ts";
import { webhook } from "./webhook.ts";

/** How somebody is told, as the settings say. */
export function channelOf(settings: AlertSettings, context: ChannelContext): Channel {
  const { email, from = "", server = "" } = settings;
  if (settings.webhook !== undefined) return webhook(settings.webhook, settings.secret, context);
  if (email !== undefined) return mail({ to: typeof email === "string" ? [email] : email, from, server });
  return command(settings.command!, context);
}
