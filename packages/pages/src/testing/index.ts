export { CHROMIUM, openBrowser, openPage, pageFaults, SCREENS, type Screen, type WatchedPage } from "./browser.ts";
