import { createHash, createHmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { AlertMessage } from "../message.ts";
import type { Channel, ChannelContext } from "./channel.ts";

/** Times between attempts: a server that restarts is back by the last. */
const WAITS_MS = [1000, 4000, 16_000];
const TIMEOUT_MS = 10_000;

/**
 * POSTs JSON. With a secret the header `x-modelwright-signature` is `t=<seconds since 1970>,v1=<hex>`: the HMAC of
 * SHA-256 over `<seconds>.<body>`, so that what is sent again later can be told by its age.
 */
export function webhook(url: string, secret: string | undefined, { wait = setTimeout }: ChannelContext): Channel {
  // Of many services the path is the secret.
  const digest = createHash("sha256").update(url).digest("hex").slice(0, 8);
  return {
    name: `webhook ${new URL(url).host} (${digest})`,
    tell: async (message) => {
      for (const pause of [...WAITS_MS, undefined]) {
        const problem = await post(url, secret, message);
        if (problem === undefined) return;
        if (problem.isFinal || pause === undefined) throw new Error(problem.text);
        await wait(pause);
      }
    },
  };
}

/** What went wrong; undefined where nothing did. */
async function post(
  url: string,
  secret: string | undefined,
  message: AlertMessage,
): Promise<{ readonly text: string; readonly isFinal: boolean } | undefined> {
  const body = JSON.stringify(message);
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", ...(secret === undefined ? {} : signature(secret, body)) },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return undefined;
    const { status } = response;
    return { text: `answered ${status}`, isFinal: status < 500 && status !== 408 && status !== 429 };
  } catch (error) {
    const { message: text, cause } = error as Error;
    return { text: cause instanceof Error && cause.message !== "" ? cause.message : text, isFinal: false };
  }
}

function signature(secret: string, body: string): Record<string, string> {
  const seconds = Math.floor(Date.now() / 1000);
  const digest = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return { "x-modelwright-signature": `t=${seconds},v1=${digest}` };
}
