import type { HubProgress } from "@modelwright/models";
import { bytes, duration, percent } from "../../wording/quantities.ts";

/** How far a download is, how fast, and for how long. */
export function downloadLine({ file, done, total, bytesPerSecond }: HubProgress): string {
  const share = percent(done / Math.max(1, total));
  const left = bytesPerSecond > 0 ? `, ${duration((total - done) / bytesPerSecond)} left` : "";
  return `fetching ${file}: ${bytes(done)} of ${bytes(total)} (${share}), ${bytes(bytesPerSecond)}/s${left}`;
}
