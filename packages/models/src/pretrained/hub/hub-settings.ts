import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Variables of the process by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a hub is, who asks, and where files are kept: by the variables that Hugging Face's programs read. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** The folder that all programs of this user share. */
  readonly cache: string;
  /** Whether the network is forbidden. */
  readonly offline: boolean;
  /** Absent: requests say nothing of who asks. */
  readonly token?: HubToken;
}

export interface HubToken {
  readonly value: string;
  /** The variable or file that it comes from; messages name it instead of the token. */
  readonly from: string;
}

const ENDPOINT = "https://huggingface.co";

/** Truth as huggingface_hub reads it of a variable. */
const TRUE = new Set(["1", "ON", "YES", "TRUE"]);

/**
 * Reads `HF_ENDPOINT`, `HF_HUB_OFFLINE`, `HF_TOKEN` and the cache's place: `HF_HUB_CACHE`, otherwise `hub` in
 * `HF_HOME`, which is `~/.cache/huggingface` where nothing else is said. A token may also stand in the file
 * that `hf auth login` writes.
 *
 * Source: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
export async function readHubSettings(env: Environment): Promise<HubSettings> {
  const set = (...names: readonly string[]) => names.map((name) => env[name]?.trim()).find(Boolean);
  const home = expand(set("HF_HOME") ?? join(set("XDG_CACHE_HOME") ?? "~/.cache", "huggingface"), env);
  const token = await readToken(env, expand(set("HF_TOKEN_PATH") ?? join(home, "token"), env));
  return {
    endpoint: (set("HF_ENDPOINT") ?? ENDPOINT).replace(/\/+$/, ""),
    cache: expand(set("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? join(home, "hub"), env),
    offline: TRUE.has((set("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE") ?? "").toUpperCase()),
    ...(token === undefined ? {} : { token }),
  };
}

/** A path with `~` and `$NAME` replaced, as Python's `expanduser` and `expandvars` do. */
function expand(path: string, env: Environment): string {
  return path
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (written, bare, braced) => env[bare ?? braced] ?? written)
    .replace(/^~(?=$|[\\/])/, () => env["HOME"] || homedir());
}

async function readToken(env: Environment, file: string): Promise<HubToken | undefined> {
  for (const from of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
    const value = env[from]?.trim();
    if (value) return { value, from };
  }
  const value = await readFile(file, "utf8").then(
    (text) => text.trim(),
    () => "",
  );
  return value === "" ? undefined : { value, from: file };
}
