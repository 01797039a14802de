import { z } from "zod";

const calibrationMeasures = z.strictObject({
  /** Expected calibration error over 15 bins of equally many rows. */
  ece: z.number(),
  /** Nats. */
  logLoss: z.number(),
});

/**
 * How the probabilities of a version were calibrated: the logits of its graph are already divided by the temperature.
 * Absent: they are as they were trained.
 */
export const calibrationField = {
  calibration: z
    .strictObject({
      method: z.literal("temperature"),
      temperature: z.number().positive(),
      /** Validation rows that it was fitted on. */
      rows: z.int().positive(),
      /** Of these rows, as trained. */
      before: calibrationMeasures,
      /** Of these rows, each with a temperature that was fitted without it. */
      after: calibrationMeasures,
    })
    .optional(),
};
