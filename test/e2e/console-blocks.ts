/** A command of a page, and the lines that the page promises. */
export interface PromisedCommand {
  readonly command: string;
  /** As the page has them; `…` stands for anything, a line of its own for any lines. */
  readonly lines: readonly string[];
}

/** The commands of the fenced `console` blocks of a Markdown page, in order. */
export function consoleBlocks(markdown: string): PromisedCommand[] {
  return [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => {
    const commands: { command: string; lines: string[] }[] = [];
    for (const line of block.trimEnd().split("\n")) {
      if (line.startsWith("$ ")) commands.push({ command: line.slice(2), lines: [] });
      else commands.at(-1)?.lines.push(line);
    }
    return commands;
  });
}

/** The recipes of a Markdown page: its `yaml` blocks that begin with their name, `# model.yaml`. */
export function recipeBlocks(markdown: string): ReadonlyMap<string, string> {
  const blocks = markdown.matchAll(/^```yaml\n# (\S+\.yaml)\n([\s\S]*?)^```$/gm);
  return new Map(Array.from(blocks, ([, name = "", text = ""]) => [name, text]));
}

/** The files of a Markdown page: its `ts` blocks that begin with their name, `// model.ts`, without that line. */
export function fileBlocks(markdown: string): ReadonlyMap<string, string> {
  const blocks = markdown.matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```$/gm);
  return new Map(Array.from(blocks, ([, name = "", text = ""]) => [name, text]));
}

/**
 * What is wrong with an output, or undefined when it keeps the promise: the promised lines in their order, the first
 * promised line first unless `…` stands before it. Numbers may differ, and so may the spaces that align them.
 */
export function brokenPromise(lines: readonly string[], output: string): string | undefined {
  const actual = output.split("\n").filter((line) => line.trim() !== "");
  let at = 0;
  let anywhere = false;
  for (const line of lines.filter((each) => each.trim() !== "")) {
    if (line.trim() === "…") {
      anywhere = true;
      continue;
    }
    const pattern = linePattern(line);
    const found = actual.findIndex((each, i) => i >= at && pattern.test(each));
    if (found < 0 || (!anywhere && found > at))
      return `promised ${JSON.stringify(line)}, got:\n${actual.slice(at).join("\n")}`;
    at = found + 1;
    anywhere = false;
  }
  return anywhere || at === actual.length || lines.length === 0
    ? undefined
    : `more than promised:\n${actual.slice(at).join("\n")}`;
}

/** Every number and identifier of a run stands for any other. */
function linePattern(line: string): RegExp {
  const parts = line.trim().split(/(\d{8}-\d{6}-[0-9a-f]{4}|[+−]?\d+(?:[.,]\d+)*|\s+|…)/);
  const source = parts.map((part) => {
    if (part === "…") return ".*";
    if (/^\s+$/.test(part)) return "\\s+";
    if (/^\d{8}-/.test(part)) return "\\d{8}-\\d{6}-[0-9a-f]{4}";
    if (/^[+−]?\d/.test(part)) return "[+−]?\\d+(?:[.,]\\d+)*";
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^\\s*${source.join("")}\\s*$`);
}
