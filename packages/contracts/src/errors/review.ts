import { choices, defineError } from "./error-definition.ts";

export const reviewErrors = {
  REVIEW_TASK_UNSUPPORTED: defineError<{ model: string; task: string }>({
    status: 400,
    meaning: "The answers of a model were to be labelled, and its task knows no right answer.",
    message: (d) => `${d.model}: of the task ${d.task} no label says what would have been right`,
    remedy: "Send thumbs and comments as feedback instead; they are kept with the predictions.",
  }),
  REVIEW_ORDER_UNSUPPORTED: defineError<{
    model: string;
    task: string;
    order: string;
    because: string;
    orders: readonly string[];
  }>({
    status: 400,
    meaning: "Predictions were to be put into an order that the answers of their task do not give.",
    message: (d) => `${d.model}: no order by ${d.order}, since ${d.because} (task ${d.task})`,
    remedy: (d) => `Choose another one: ${choices(d.orders)}.`,
  }),
};
