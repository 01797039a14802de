/**
 * A full stop and its like, closing quotes and brackets, then white space; after East Asian ones none is
 * needed.
 */
const SENTENCE_END =
  /(?<=[.!?…]["'”’)\]]*)\s+(?=["'“‘([]*[\p{Lu}\p{Lo}\p{N}])|(?<=[。！？][”’」』）]*)(?![”’」』）。！？])/u;
/** Words before whose full stop a sentence seldom ends. */
const ABBREVIATION = /(?:^|\s)(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|vs|e\.g|i\.e)\.$/;

/**
 * Splits a text into sentences.
 *
 * A line end within a paragraph is a space; an empty line ends a sentence. Otherwise a sentence ends at `.`,
 * `!`, `?` or `…` before white space and a capital, a digit or a letter without case, unless an initial or a
 * common English abbreviation stands before it; and after `。`, `！`, `？`.
 */
export function splitSentences(text: string): string[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const sentences: string[] = [];
    for (const part of paragraph.replace(/\s+/g, " ").trim().split(SENTENCE_END)) {
      const last = sentences.at(-1);
      if (last !== undefined && ABBREVIATION.test(last)) sentences[sentences.length - 1] = `${last} ${part}`;
      else if (part !== "") sentences.push(part);
    }
    return sentences;
  });
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/**
 * Lines as they are, for verse, chat logs and code: with their indentation and the empty lines behind them.
 * Joined by line feeds they are the text again, but for empty lines at its start.
 */
export function verbatimLines(text: string): string[] {
  const found: string[] = [];
  for (const line of text.replaceAll(/\r\n?/g, "\n").split("\n")) {
    if (line.trim() !== "") found.push(line);
    else if (found.length > 0) found[found.length - 1] += `\n${line}`;
  }
  return found;
}

/** Line ends within paragraphs, which `splitSentences` makes spaces. */
export function innerLineEnds(text: string): number {
  return text.trim().match(/[^\s][^\S\n]*\n[^\S\n]*(?=\S)/g)?.length ?? 0;
}

/** How the sentences of a text are told. */
export const SENTENCES: Readonly<Record<"prose" | "lines" | "verbatim", (text: string) => string[]>> = {
  prose: splitSentences,
  lines,
  verbatim: verbatimLines,
};
