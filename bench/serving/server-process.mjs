import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs a program that serves, in a process of its own, until it sends its URL.
 *
 * @param entry The URL of its file.
 * @param name Of the server, for the error.
 */
export function startServerProcess(entry, args, name = "served") {
  const child = spawn(process.execPath, [fileURLToPath(entry), ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (url) => resolve({ child, url }));
    child.once("exit", (code) => reject(new Error(`the server "${name}" ended with code ${code}`)));
  });
}
