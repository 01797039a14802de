import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What npm links as `jiti`: the command in the first line of each program. */
const JITI = fileURLToPath(new URL("../../../node_modules/jiti/lib/jiti-cli.mjs", import.meta.url));

/** What a program of examples/ writes to standard output, run in `folder` with `values` as its arguments. */
export async function runExample(
  name: string,
  { folder, values }: { readonly folder: string; readonly values: readonly string[] },
): Promise<string> {
  const program = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
  return (await promisify(execFile)(process.execPath, [JITI, program, ...values], { cwd: folder })).stdout;
}
