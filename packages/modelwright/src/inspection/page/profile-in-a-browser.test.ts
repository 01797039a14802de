import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHROMIUM, openBrowser, openPage, pageFaults, SCREENS } from "@modelwright/pages/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectData } from "../inspect-data.ts";
import { renderProfile } from "./render-profile.ts";

const ROWS = 60;
/** Names and values that would break out of a page that does not escape them. */
const HOSTILE = ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "שלום", "城市".repeat(40)];
const COLUMNS = [...HOSTILE, ...Array.from({ length: 60 }, (_, i) => `measure ${i}`), "label"];

function cell(column: number, row: number): string {
  if (column < HOSTILE.length) return HOSTILE[(column + row) % HOSTILE.length]!;
  if (column === COLUMNS.length - 1) return row % 2 === 0 ? "yes" : "no";
  if (column % 7 === 3) return `2026-0${1 + (row % 9)}-11`;
  return row % 5 === column % 5
    ? ""
    : String(((row * 37 + column * 11) % 101) / 4 + (column % 9 === 0 ? 1e6 * row : 0));
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csv = [COLUMNS, ...Array.from({ length: ROWS }, (_, row) => COLUMNS.map((_, column) => cell(column, row)))]
  .map((cells) => cells.map(quoted).join(","))
  .join("\n");

describe.runIf(existsSync(CHROMIUM))("a profile from disk", () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let folder: string;
  let address: string;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "modelwright-profile-"));
    await writeFile(join(folder, "odd.csv"), csv);
    const inspection = await inspectData("odd.csv", { baseDir: folder, label: "label" });
    const file = join(folder, "profile.html");
    await writeFile(file, renderProfile(inspection, { createdAt: "2026-11-27T12:00:00Z" }));
    address = pathToFileURL(file).href;
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  test.each([SCREENS[0], SCREENS[3]])(
    "can be read on $width pixels, $colorScheme, and asks for nothing",
    async (screen) => {
      const { page, requests, complaints } = await openPage(browser, address, screen);
      expect(await pageFaults(page)).toEqual([]);
      expect(requests).toEqual([address]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("shows the columns that are searched for, and what a finding leads to", async () => {
    const { page } = await openPage(browser, address, SCREENS[0]);
    const shown = () => page.locator("li.card:visible").count();
    expect(await shown()).toBe(COLUMNS.length);
    await page.getByLabel("Search").fill("MEASURE 1");
    expect(await shown()).toBe(11);
    expect(await page.locator("output").textContent()).toBe(`11 of ${COLUMNS.length} columns`);
    await page.getByLabel("Kind").selectOption("date");
    expect(await shown()).toBe(COLUMNS.filter((name, i) => name.startsWith("measure 1") && i % 7 === 3).length);
    await page.locator(".finding a").first().click();
    expect(await shown()).toBe(COLUMNS.length);
    await page.getByLabel("with findings").check();
    const marked = await page.locator('li.card:not([data-marked="0"])').count();
    expect(await shown()).toBe(marked);
    expect(marked).toBeGreaterThan(0);
    await page.context().close();
  });
});
