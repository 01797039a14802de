// An entry of its own: it loads the chart library, which takes half a second that only a drawn report is worth.
export { renderReport } from "./render-report.ts";
