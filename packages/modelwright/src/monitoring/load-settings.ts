import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ModelwrightError, type MonitorSettings, parseMonitorSettings } from "@modelwright/contracts";
import { readYaml } from "../pipeline/read-yaml.ts";

/**
 * Reads how traffic is watched. `${NAME}` in a text is the environment's variable, so that no secret stands in the file.
 *
 * @throws {ModelwrightError} `RECIPE_NOT_FOUND`, `RECIPE_NOT_YAML`, `RECIPE_INVALID`.
 */
export async function loadMonitorSettings(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<{ readonly settings: MonitorSettings; readonly folder: string }> {
  const file = resolve(path);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ModelwrightError("RECIPE_NOT_FOUND", { path }, { cause });
  });
  const missing: { readonly at: string; readonly name: string }[] = [];
  const value = filled(readYaml(text, path), { environment, at: [], missing });
  if (missing.length > 0) {
    throw new ModelwrightError("RECIPE_INVALID", {
      path,
      listedBy: "modelwright monitor check --help",
      issues: missing.map(({ at, name }) => ({
        at,
        rule: `names the environment's variable ${name}, which is not set`,
        instead: `set it, as in ${name}=… modelwright monitor`,
      })),
    });
  }
  return { settings: parseMonitorSettings(value, path), folder: dirname(file) };
}

interface Filling {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly at: readonly (string | number)[];
  readonly missing: { readonly at: string; readonly name: string }[];
}

function filled(value: unknown, { at, ...filling }: Filling): unknown {
  if (Array.isArray(value)) return value.map((each, i) => filled(each, { ...filling, at: [...at, i] }));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, filled(each, { ...filling, at: [...at, name] })]),
    );
  }
  if (typeof value !== "string") return value;
  return value.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => {
    const found = filling.environment[name];
    if (found === undefined) filling.missing.push({ at: at.join("."), name });
    return found ?? whole;
  });
}
