import type { Measure } from "@modelwright/contracts";
import type { PreparedOutcome } from "../families/metric-family.ts";
import { bootstrapInterval } from "../intervals/bootstrap-interval.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "../intervals/bootstrap-options.ts";
import { accelerations } from "../intervals/jackknife.ts";
import { resampleIntervals } from "../intervals/resample-intervals.ts";
import { type AgreementOf, everyItemOnce } from "./agreement-of.ts";

/**
 * A coefficient of agreement with its bootstrap interval over items, as of every other measure (`intervals`): raters are taken as they are.
 *
 * @returns Undefined where the items say nothing of it.
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`.
 * @see Zapf, Castell, Morawietz & Karch, "Measuring inter-rater reliability for nominal data – which coefficients and
 * confidence intervals are appropriate?", 2016: the bootstrap over items keeps its confidence for Krippendorff's alpha and
 * Fleiss' kappa
 */
export function agreementInterval(agreement: AgreementOf, bootstrap: BootstrapOptions): Measure | undefined {
  const { confidence } = checkBootstrapOptions(bootstrap);
  const prepared: PreparedOutcome = {
    units: agreement.items,
    keys: ["agreement"],
    whole: Float64Array.of(everyItemOnce(agreement)),
    measure: (times, into) => {
      into[0] = agreement.measure(times);
    },
  };
  const acceleration = agreement.items > 1 ? accelerations(prepared)[0]! : 0;
  const [measured] = resampleIntervals(prepared, {
    ...bootstrap,
    intervalOf: (value, resampled) => bootstrapInterval(value, resampled, { acceleration, confidence }),
  });
  return measured?.[1];
}
