import { defineError } from "./error-definition.ts";

export const evaluationErrors = {
  EVALUATION_EMPTY: defineError<{ what: string }>({
    status: 400,
    meaning: "A metric was asked for over no rows.",
    message: (d) => `${d.what}: no rows to evaluate`,
    remedy: "Give at least one row; check data.split.",
  }),
};
