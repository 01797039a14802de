import { stripVTControlCharacters } from "node:util";
import picocolors from "picocolors";

type Environment = Readonly<Record<string, string | undefined>>;

/** The colours of what is written. Every text passes `shownOn` on its way to a stream. */
export const colours = picocolors.createColors(true);

/**
 * Whether what is written to a stream is coloured: on a terminal that can, and where `FORCE_COLOR` asks for it; never
 * under `NO_COLOR` (https://no-color.org). The log of a build server is no terminal.
 */
export function isColoured(stream: { readonly isTTY?: boolean }, environment: Environment = process.env): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}

/** The text as a stream shows it. stdout and stderr differ where one of them is a terminal and the other a pipe. */
export function shownOn(
  stream: { readonly isTTY?: boolean },
  text: string,
  environment: Environment = process.env,
): string {
  return isColoured(stream, environment) ? text : stripVTControlCharacters(text);
}
