import { spawn } from "node:child_process";
import { expect } from "vitest";

/** Runs a command of a page in bash, which must succeed, and tells what it wrote and in which folder it ended. */
export async function runInBash(
  command: string,
  { cwd, env, prelude = "" }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly prelude?: string },
): Promise<{ output: string; cwd: string }> {
  const child = spawn("bash", ["-c", `${prelude}\n${command}\nstatus=$?; pwd >&3; exit $status`], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let output = "";
  let end = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stdio[3]?.on("data", (text: Buffer) => {
    end += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(code, `$ ${command}\n${output}`).toBe(0);
  return { output, cwd: end.trim() };
}
