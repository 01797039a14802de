import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

interface Generator {
  readonly pageNames: readonly string[];
  readonly renderPage: (name: string) => Promise<string>;
}

const { pageNames, renderPage }: Generator = await import(new URL("../../docs/generate.mjs", import.meta.url).href);

describe("a generated page", () => {
  test.each(pageNames)("%s is what node docs/generate.mjs writes", async (name) => {
    const written = await readFile(new URL(`../../${name}`, import.meta.url), "utf8");
    expect(written).toBe(await renderPage(name));
  });
});
