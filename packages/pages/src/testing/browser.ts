import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** The browser of Debian's package; the variable, when set, names another one. */
export const CHROMIUM = process.env["MODELWRIGHT_CHROMIUM"] ?? "/usr/bin/chromium";

/** What pages are looked at with: a desk and a phone, by day and by night. */
export const SCREENS = [
  { width: 1280, height: 900, colorScheme: "light" },
  { width: 1280, height: 900, colorScheme: "dark" },
  { width: 390, height: 844, colorScheme: "light" },
  { width: 390, height: 844, colorScheme: "dark" },
] as const;
export type Screen = (typeof SCREENS)[number];

/** Starts a browser without a window, however long that takes. Root has no sandbox. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"], timeout: 0 });
}

/** A page, with what it asked for and what it complained about while it was open. */
export interface WatchedPage {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** Opens an address, and keeps watch from the first byte on. */
export async function openPage(browser: Browser, url: string, screen: Screen): Promise<WatchedPage> {
  const { width, height, colorScheme } = screen;
  const options: BrowserContextOptions = { viewport: { width, height }, colorScheme };
  const page = await (await browser.newContext(options)).newPage();
  // On a busy machine the limit of the test decides what is a hang.
  page.setDefaultTimeout(0);
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requests, complaints };
}

/** What a reader would stumble over: rules of accessibility that are broken, and a page that is wider than its screen. */
export async function pageFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const broken = (await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))",
  )) as string[];
  const tooWide = (await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  )) as number;
  return tooWide > 0 ? [...broken, `the page is ${tooWide} pixels wider than the screen`] : broken;
}
