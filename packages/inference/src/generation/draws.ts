import type { GenerateOptions } from "./generate-options.ts";

/** Whether chance decides what is written with these options: another time it may be another text. */
export function draws({ temperature = 1, beams = 1 }: GenerateOptions): boolean {
  return temperature > 0 && beams === 1;
}
