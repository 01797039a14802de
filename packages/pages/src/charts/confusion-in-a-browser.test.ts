import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { renderPage } from "../page.ts";
import { CHROMIUM, openBrowser, openPage, pageFaults, SCREENS } from "../testing/index.ts";
import { CONFUSION_STYLE, confusionMap } from "./confusion-map.ts";

test.runIf(existsSync(CHROMIUM))("numbers can be read on every shade, by day and by night", async () => {
  // Shares of 0 to 100 % in steps of 5, right and wrong ones.
  const confusion = Array.from({ length: 11 }, (_, actual) =>
    Array.from({ length: 11 }, (_, predicted) =>
      actual === predicted ? 5 * actual : predicted === (actual + 1) % 11 ? 100 - 5 * actual : 0,
    ),
  );
  const labels = confusion.map((_, label) => `label ${label}`);
  const page = renderPage({
    title: "Confusion",
    links: [],
    main: confusionMap(labels, confusion),
    style: CONFUSION_STYLE,
  });
  const browser = await openBrowser();
  for (const screen of SCREENS.slice(0, 2)) {
    const opened = await openPage(browser, `data:text/html,${encodeURIComponent(page)}`, screen);
    const faults = await pageFaults(opened.page);
    expect(faults.filter((fault) => fault.startsWith("color-contrast"))).toEqual([]);
  }
  await browser.close();
});
