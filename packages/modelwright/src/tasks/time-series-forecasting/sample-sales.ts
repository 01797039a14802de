const STORES: readonly (readonly [name: string, base: number, growth: number])[] = [
  ["Harbour", 60, 0.03],
  ["North", 35, 0],
  ["Old Town", 90, -0.02],
];
const WEEK = [0.85, 0.8, 0.9, 1, 1.25, 1.5, 0.7];
const DAYS = 240;

/** A CSV of invented daily sales of three stores, with a price that is known ahead. */
export function sampleSales(): string {
  const rows = STORES.flatMap(([store, base, growth], s) =>
    Array.from({ length: DAYS }, (_, day) => {
      const date = new Date(Date.UTC(2026, 0, 1 + day));
      const isCheap = (day + 11 * s) % 23 < 4;
      const surprise = 1 + (((day * 7919 + s * 104729) % 199) / 199 - 0.5) * 0.2;
      const sold = (base + growth * day) * WEEK[(date.getUTCDay() + 6) % 7]! * (isCheap ? 1.35 : 1) * surprise;
      return `${date.toISOString().slice(0, 10)},${store},${isCheap ? 1.99 : 2.49},${Math.round(sold)}`;
    }),
  );
  return `date,store,price,sold\n${rows.join("\n")}\n`;
}
