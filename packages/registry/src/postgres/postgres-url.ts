import { createHash } from "node:crypto";
import { ModelwrightError, nearestTo } from "@modelwright/contracts";
import { filesPlace } from "../files/files-backends.ts";
import { FILES_PARAMETERS, type FilesPlace } from "../files/files-place.ts";
import type { UrlFailure } from "../registry-place.ts";

/** What a URL of a registry on PostgreSQL says. */
export interface PostgresUrl {
  /** As it was written, without a password; a variable of the environment stands there by its name. */
  readonly location: string;
  /** For the driver: with the password. */
  readonly connection: string;
  readonly schema: string;
  readonly files: FilesPlace;
  /** Tells the registry from others on this machine. */
  readonly id: string;
}

const DEFAULT_SCHEMA = "modelwright";

/** A copy of the schema has a longer name, and PostgreSQL cuts names at 63 bytes. */
const schemaPattern = /^[a-z_][a-z0-9_]{0,39}$/;

/** A variable of the environment in the place of a secret: `postgres://mw:${PASSWORD}@host/db`. */
const variablePattern = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Parameters of ours, and those that the driver is given. None of them is secret. */
const OWN = ["files", "schema", ...FILES_PARAMETERS];
const DRIVERS = ["host", "port", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"];

/**
 * Reads `postgres://user@host:port/database?files=/shared/folder&schema=modelwright`.
 *
 * @throws {ModelwrightError} What `fail` makes; `REGISTRY_VARIABLE_MISSING`.
 */
export function parsePostgresUrl(text: string, fail: UrlFailure): PostgresUrl {
  const location = withoutPassword(text);
  const url = parsed(withVariables(text), fail);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!/^[^/@]+$/.test(database)) throw fail("it names no database: postgres://user@host/database?files=/folder");
  for (const parameter of url.searchParams.keys()) {
    if ([...OWN, ...DRIVERS].includes(parameter)) continue;
    const { nearest = [...OWN, ...DRIVERS].join(", ") } = nearestTo(parameter, [...OWN, ...DRIVERS]);
    throw fail(`it has an unknown parameter "${parameter}" (known: ${nearest})`);
  }
  const schema = url.searchParams.get("schema") ?? DEFAULT_SCHEMA;
  if (!schemaPattern.test(schema)) {
    throw fail(
      `schema: must be at most 40 small letters, digits and "_", no digit first, got ${JSON.stringify(schema)}`,
    );
  }
  const files = filesPlace(url.searchParams.get("files"), { parameters: url.searchParams, fail });
  const host = url.searchParams.get("host") ?? url.hostname;
  const id = createHash("sha256").update([host, url.port, database, schema].join(" ")).digest("hex").slice(0, 16);
  for (const own of OWN) url.searchParams.delete(own);
  return { location, connection: String(url), schema, files, id };
}

function parsed(text: string, fail: UrlFailure): URL {
  try {
    return new URL(text);
  } catch {
    // Its own message repeats the URL. A user without a host is written as a parameter: postgres:///db?host=/socket&user=me.
    throw fail("it is no URL: special characters of user and password are written as %40 (@), %2F (/) and %23 (#)");
  }
}

function withVariables(text: string): string {
  return text.replaceAll(variablePattern, (_, variable: string) => {
    const value = process.env[variable];
    if (value === undefined) {
      // What stands before the last "@" may be a password that breaks the rules of URLs.
      const location = text.replace(/^([^:]+:\/\/).*@/s, "$1");
      throw new ModelwrightError("REGISTRY_VARIABLE_MISSING", { location, variable });
    }
    return encodeURIComponent(value);
  });
}

/** A password that is the name of a variable may be seen. */
function withoutPassword(text: string): string {
  const [, scheme = "", user = "", password = "", rest = ""] =
    /^([^:]+:\/\/)([^:/?#@]*)(:[^/?#]*)?(@.*)$/s.exec(text.replace(/#.*$/s, "")) ?? [];
  if (scheme === "") return text.replace(/#.*$/s, "");
  return `${scheme}${user}${/^:\$\{\w+\}$/.test(password) ? password : ""}${rest}`;
}
