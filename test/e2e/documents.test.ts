import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const exists = (path: string) => existsSync(new URL(path, ROOT));
const pagesOf = (folder: string) =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}${name}`);

const DECISIONS = pagesOf("docs/decisions/");
const PAGES = [...["./", "docs/", "docs/reference/", "docs/tutorials/", "bench/"].flatMap(pagesOf), ...DECISIONS].map(
  (path) => path.replace(/^\.\//, ""),
);
/** Pages whose characters are one column wide. */
const ENGLISH = PAGES.filter((path) => !path.includes("zh-CN"));

/** An entry of an index, which has the length of its path. */
const ONE_LINK = /^- \[\d+\]\(\S+\) /;

/** A page without its blocks of code. */
const prose = (text: string) => text.replace(/^( *)```[\s\S]*?^\1```$/gm, "");

describe("links", () => {
  test.each(PAGES)("those of %s lead somewhere", (path) => {
    const links = [...prose(read(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const broken = links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(link, path));
    expect(broken).toEqual([]);
  });
});

function leadsSomewhere(link: string, from: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? new URL(from, ROOT) : new URL(file, new URL(from, ROOT));
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, "utf8")).has(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test.each(ENGLISH)("lines of %s stay within 110 columns", (path) => {
  const long = prose(read(path))
    .split("\n")
    .filter((line) => [...line].length > 110 && !line.startsWith("|") && !ONE_LINK.test(line));
  expect(long).toEqual([]);
});

describe("ARCHITECTURE.md", () => {
  const page = read("ARCHITECTURE.md");

  test("is one page, and an index", () => {
    expect(page.split("## Decisions", 1)[0]!.split("\n").length).toBeLessThanOrEqual(70);
  });

  test("lists every decision by its title, in order", () => {
    const listed = [...page.matchAll(/^- \[(\d+)\]\((.*)\) (.*)$/gm)].map(([, id, path, title]) => [
      path,
      `# ${id}: ${title}`,
    ]);
    expect(listed).toEqual(DECISIONS.map((path) => [path, read(path).split("\n", 1)[0]]));
  });

  test("has the arrows that are checked", () => {
    const load = createRequire(import.meta.url);
    const { forbidden } = load(fileURLToPath(new URL(".dependency-cruiser.cjs", ROOT))) as {
      forbidden: readonly { readonly name: string; readonly comment: string }[];
    };
    const checked = forbidden.flatMap(({ name, comment }) => {
      const [, from] = /^arrows-of-(.*)$/.exec(name) ?? [];
      return from === undefined ? [] : [[from, comment.replace(/^.* may import /, "")]];
    });
    const drawn = [...page.matchAll(/^\| ([a-z, ]+?) +\| (.*?) +\|$/gm)].flatMap(([, from, to]) =>
      from === "package" ? [] : from!.split(", ").map((name) => [name, to]),
    );
    const all = checked.map(([name]) => name).filter((name) => name !== "modelwright");
    const inWords: Readonly<Record<string, string>> = { "–": "no package of ours", "all of them": all.join(", ") };
    const inOrder = (list: string) => list.split(", ").sort().join(", ");
    expect(drawn.map(([from, to]) => [from, inOrder(inWords[to!] ?? to!)])).toEqual(
      checked.map(([from, to]) => [from, inOrder(to!)]),
    );
  });
});

test.each(DECISIONS)("%s says context, decision and measurement", (path) => {
  const headings = [...read(path).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.slice(0, 3)).toEqual(["Context", "Decision", "Measurement"]);
  expect(headings.slice(3)).toEqual(headings.length > 3 ? ["Repeat it"] : []);
});

test.each([...DECISIONS, "CONTRIBUTING.md"])("paths that %s names exist", (path) => {
  const spans = [...read(path).matchAll(/`([^`]+)`/g)].flatMap(([, span]) => span!.split(/\s+/));
  const roots = /^(?:packages|test|docs|bench|examples)\//;
  const rooms = new RegExp(`^(?:${readdirSync(new URL("packages", ROOT)).join("|")})/`);
  const named = spans.filter((span) => (roots.test(span) || rooms.test(span)) && !/[<>*]/.test(span));
  const missing = named.filter((span) => !exists(span) && !exists(`packages/${span}`));
  expect(missing).toEqual([]);
});
