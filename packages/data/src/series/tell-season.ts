/** Seasons that a series must show: of one there is nothing to tell. */
const LEAST_SEASONS = 2.5;
/** One-sided normal quantile of 90 %, by which the M4 competition tests series for seasons. */
const QUANTILE = 1.645;
/** Mean autocorrelation at least, however many values there are. */
const LEAST_CORRELATION = 0.1;

/**
 * The season that series show, of some that may be: that with the largest mean autocorrelation of differences from step to step, where that is
 * beyond chance as the M4 competition tests it (Bartlett's formula; Makridakis et al. 2020), and its half a season apart is smaller.
 *
 * @param series Values of each, NaN where one is missing.
 * @returns 1 where none shows.
 */
export function tellSeason(series: readonly Float64Array[], seasons: readonly number[]): number {
  let best = { season: 1, correlation: 0 };
  for (const season of seasons) {
    const long = series.filter((values) => values.length >= LEAST_SEASONS * season);
    if (long.length === 0) continue;
    const found = long.map((values) => correlations(differences(values), season));
    const mean = (of: (each: Correlations) => number) => found.reduce((sum, each) => sum + of(each), 0) / found.length;
    const [correlation, beside] = [mean(({ at }) => at), mean(({ around }) => around)];
    const limit = mean(({ limit: each }) => each) / Math.sqrt(found.length);
    if (correlation > Math.max(limit, LEAST_CORRELATION) && correlation > beside && correlation > best.correlation)
      best = { season, correlation };
  }
  return best.season;
}

/** Of a series: at the lag, the mean of the lags around half of it, and what chance gives. */
interface Correlations {
  readonly at: number;
  readonly around: number;
  readonly limit: number;
}

function correlations(values: Float64Array, lag: number): Correlations {
  const of = autocorrelation(values);
  let squares = 0;
  for (let i = 1; i < lag; i++) squares += of(i) ** 2;
  const filled = values.filter((value) => !Number.isNaN(value)).length;
  const half = Math.max(1, Math.floor(lag / 2));
  const around = [half, half + 1].filter((each) => each < lag).map(of);
  return {
    at: of(lag),
    around: around.reduce((sum, each) => sum + each, 0) / Math.max(1, around.length),
    limit: QUANTILE * Math.sqrt((1 + 2 * squares) / Math.max(1, filled)),
  };
}

/** Autocorrelation of the values that are there, by lag. */
function autocorrelation(values: Float64Array): (lag: number) => number {
  const filled = values.filter((value) => !Number.isNaN(value));
  const mean = filled.reduce((sum, value) => sum + value, 0) / Math.max(1, filled.length);
  const variance = filled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, filled.length);
  return (lag) => {
    if (variance === 0) return 0;
    let [sum, pairs] = [0, 0];
    for (let i = lag; i < values.length; i++) {
      const product = (values[i]! - mean) * (values[i - lag]! - mean);
      if (Number.isNaN(product)) continue;
      sum += product;
      pairs++;
    }
    return pairs === 0 ? 0 : sum / Math.max(1, filled.length) / variance;
  };
}

function differences(values: Float64Array): Float64Array {
  return values.subarray(1).map((value, i) => value - values[i]!);
}
