import { importPeer } from "@modelwright/contracts";
import { subjectOf, textOf } from "../message.ts";
import type { Channel } from "./channel.ts";

const TIMEOUT_MS = 20_000;

/** Mails by SMTP. */
export function mail({
  to,
  from,
  server,
}: {
  readonly to: readonly string[];
  readonly from: string;
  readonly server: string;
}): Channel {
  return {
    name: `e-mail ${to.join(", ")}`,
    tell: async (message) => {
      const { createTransport } = await importPeer({
        name: "nodemailer",
        load: () => import("nodemailer"),
        purpose: "mails",
      });
      const transport = createTransport({
        url: server,
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      } as object);
      try {
        await transport.sendMail({ from, to: [...to], subject: subjectOf(message), text: textOf(message) });
      } finally {
        transport.close();
      }
    },
  };
}
