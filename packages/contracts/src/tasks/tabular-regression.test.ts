import { describeOptions } from "../testing/describe-options.ts";

describeOptions("tabular-regression", { item: { area: 120, built: null }, rules: {} });
