import { counted, percent } from "./quantities.ts";

/** A learning rate: `3e−4`, `0.03`. */
export function rate(value: number): string {
  return value < 1e-2 ? value.toExponential().replace("e-", "e−") : String(value);
}

/** A share without needless decimals: `10 %`. */
export function share(value: number): string {
  return percent(value).replace(".0 %", " %");
}

/** How the learning rate begins. */
export function warmup(value: number): string {
  return value < 1 ? `${share(value)} warm-up` : `${counted(value, "step")} of warm-up`;
}

/** `, one more layer every 2 epochs`; nothing where all are trained from the start. */
export function unfrozen({ every }: { readonly every: number }): string {
  return every > 0 ? `, one more layer every ${counted(every, "epoch")}` : "";
}
