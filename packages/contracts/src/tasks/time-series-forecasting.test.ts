import { describeOptions } from "../testing/describe-options.ts";

describeOptions("time-series-forecasting", {
  item: { history: [{ date: "2026-03-02", sold: 4, price: null }], future: [{ price: 2 }], series: { store: "North" } },
  rules: {
    horizon: {
      query: "horizon",
      value: 3,
      refused: [
        [0, "must be at least 1"],
        [1.5, "must be a whole number"],
        [1001, "must be at most 1000"],
        ["2", "must be a number"],
      ],
    },
  },
});
