import { ModelwrightError } from "@modelwright/contracts";
import { LineCounter, parseDocument, type YAMLParseError } from "yaml";

/** A recipe names few values; far less than this many aliases is what a person writes. */
const MOST_ALIASES = 100;

/** What to do, by the parser's code of the mistake and two of ours. */
const REMEDIES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces; YAML allows no tabs there.",
  UNCLOSED: "Close it where its value ends.",
  DUPLICATE_KEY: "Keep one of the two lines.",
  BAD_INDENT: "Indent the line like those beside it.",
  ALIASES: "Write the values out instead of repeating them by alias.",
};
const QUOTE_IT = "Fix the line; a value that contains ': ' or starts with a special character needs quotes.";

/**
 * Reads YAML or JSON.
 *
 * @param path Named in errors.
 * @throws {ModelwrightError} `RECIPE_NOT_YAML` with the line at which the mistake can be fixed.
 */
export function readYaml(text: string, path: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  const refused = (at: number, problem: string, kind: string, cause: unknown) => {
    const { line, col } = lines.linePos(at);
    return new ModelwrightError(
      "RECIPE_NOT_YAML",
      { path, line, column: col, problem, remedy: REMEDIES[kind] ?? QUOTE_IT },
      { cause },
    );
  };
  if (error !== undefined) {
    const opened = unclosed(text, error);
    if (opened === undefined) throw refused(error.pos[0], error.message, error.code, error);
    throw refused(opened.at, `the ${opened.opener} that opens here is not closed`, "UNCLOSED", error);
  }
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    throw refused(0, cause instanceof Error ? cause.message : String(cause), "ALIASES", cause);
  }
}

/** The brackets and quotes whose missing end the parser reports, by what it says. */
const CLOSERS: readonly (readonly [said: RegExp, opener: string, closer: string])[] = [
  [/end with a \]$/, "[", "]"],
  [/end with a \}$/, "{", "}"],
  [/Missing closing "quote/, '"', '"'],
  [/Missing closing 'quote/, "'", "'"],
];

/** Where the bracket or quote opens whose end is missing: the parser tells only where it gave up, lines later. */
function unclosed(text: string, { message, pos }: YAMLParseError): { at: number; opener: string } | undefined {
  const found = CLOSERS.find(([said]) => said.test(message));
  if (found === undefined) return undefined;
  const [, opener, closer] = found;
  let open = 0;
  for (let at = pos[0] - 1; at >= 0; at--) {
    if (text[at] === opener && open === 0) return { at, opener };
    if (text[at] === opener) open--;
    else if (text[at] === closer) open++;
  }
  return undefined;
}
