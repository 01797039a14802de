/** `2026-11-24 12:15` in the reader's time zone. */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });
}
