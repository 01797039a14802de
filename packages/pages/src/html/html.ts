/** HTML that is safe to put into a page as it stands. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Interpolation = Markup | string | number | false | undefined | readonly Interpolation[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Makes a text readable in any file: characters that UTF-8 or HTML cannot carry (lone surrogates, control characters
 * other than tab and line ends) become U+FFFD.
 */
export function cleanText(text: string): string {
  return text.replace(/\p{Surrogate}|[^\P{Cc}\t\n\r]/gu, "\uFFFD");
}

/** Text for element content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

function toHtml(value: Interpolation): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return value.map(toHtml).join("");
}

/** Tagged template in which everything interpolated is escaped unless it is `Markup` itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Interpolation[]): Markup {
  return new Markup(strings.reduce((page, part, index) => page + toHtml(values[index - 1]) + part));
}

/** Cuts a text to so many characters without halving one. */
export function cutText(text: string, limit: number): string {
  const characters = Array.from(text.slice(0, limit * 2 + 1));
  return characters.length <= limit ? text : `${characters.slice(0, limit).join("").trimEnd()} …`;
}
