// An entry of its own: it loads the chart library, which takes half a second that only a drawn report is worth.
export { classificationBody } from "./families/classification-body.ts";
export { languageModelingBody } from "./families/language-modeling-body.ts";
export { multiLabelBody } from "./families/multi-label-body.ts";
export { regressionBody } from "./families/regression-body.ts";
export { renderReport } from "./render-report.ts";
