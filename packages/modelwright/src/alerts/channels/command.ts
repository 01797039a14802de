import { spawn } from "node:child_process";
import { shorten } from "../../wording/plain-text.ts";
import type { Channel, ChannelContext } from "./channel.ts";

const TIMEOUT_MS = 60_000;
const SHOWN = 200;
const SHOWN_COMMAND = 60;

/** Runs a program that reads JSON on stdin. One text is run by the shell, a list is a program and its arguments. */
export function command(given: string | readonly string[], { folder }: ChannelContext): Channel {
  const isShell = typeof given === "string";
  const [program = "", ...args] = isShell ? [given] : given;
  return {
    name: `command ${shorten(isShell ? given : given.join(" "), SHOWN_COMMAND)}`,
    tell: (message) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, args, {
          cwd: folder,
          shell: isShell,
          stdio: ["pipe", "ignore", "pipe"],
          timeout: TIMEOUT_MS,
        });
        let said = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          said = (said + text).slice(-SHOWN);
        });
        child.on("error", reject);
        child.on("close", (code, signal) => {
          if (code === 0) return resolve();
          const end = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
          reject(new Error(said.trim() === "" ? end : `${end}: ${said.trim()}`));
        });
        // A program that does not read is not at fault.
        child.stdin.on("error", () => {});
        child.stdin.end(JSON.stringify(message));
      }),
  };
}
