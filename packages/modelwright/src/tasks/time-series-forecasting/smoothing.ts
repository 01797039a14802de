/** Exponential smoothing with additive errors (Hyndman et al. 2008, "Forecasting with Exponential Smoothing"). */
export interface Smoothing {
  /** How much of an error goes into the level, the trend and the season: α, β, γ. No β: no trend; no γ: no season. */
  readonly level: number;
  readonly trend?: number;
  /** What a trend keeps from step to step: φ. */
  readonly damping?: number;
  readonly season?: number;
}

const LEVELS = [0.05, 0.2, 0.5, 0.8, 0.99];
/** β as a share of α, and φ. */
const TRENDS: readonly (readonly [share: number, damping: number])[] = [
  [0.02, 0.98],
  [0.1, 0.98],
  [0.3, 0.98],
  [0.6, 0.98],
  [0.3, 0.9],
  [0.02, 1],
  [0.1, 1],
  [0.4, 1],
];
/** γ as a share of 1 − α. */
const SEASONS = [0.01, 0.1, 0.4, 0.9];

/** Settings that are tried: every level with every trend and season. */
export function smoothings(season: number): Smoothing[] {
  const trends = [undefined, ...TRENDS];
  const seasons = season > 1 ? [undefined, ...SEASONS] : [undefined];
  return LEVELS.flatMap((level) =>
    trends.flatMap((trend) =>
      seasons.map((share) => ({
        level,
        ...(trend === undefined ? {} : { trend: trend[0] * level, damping: trend[1] }),
        ...(share === undefined ? {} : { season: share * (1 - level) }),
      })),
    ),
  );
}

/** What the criterion of Akaike takes off for each number that a setting fits. */
export function fitted({ trend, damping = 1, season }: Smoothing, length: number): number {
  return 2 + (trend === undefined ? 0 : 2 + Number(damping < 1)) + (season === undefined ? 0 : length);
}

/** How a history is smoothed: values are those of windows, settings are tried on them and on their logarithms. */
export interface SmoothingPlan {
  readonly season: number;
  readonly horizon: number;
  readonly settings: readonly Smoothing[];
  /** Whether the logarithms are tried too, where all values are above 0: growth and seasons are then shares of the level. */
  readonly logarithms: boolean;
}

/** Least mean squared error, of values in units of their mean size: a history that is met exactly has no likelihood. */
export const LEAST_ERROR = 1e-8;
/** Above the largest logarithm of a history a forecast is at most so much. */
export const MOST_GROWTH = 1.5;
/** Values that count in a likelihood at most: of more, one setting would take all the weight, however near the others are. */
export const MOST_COUNTED = 100;

/** What smoothing makes of a history: of each setting a weight, of logarithms behind those of values, and the mean forecast. */
export interface Smoothed {
  readonly weights: Float64Array;
  readonly forecast: Float64Array;
}

/**
 * Smooths a history by every setting, and weighs their forecasts by how well each one foretold the history step by step (Akaike weights: Burnham
 * & Anderson 2002; averages of smoothing: Kolassa 2011).
 *
 * @param history NaN: missing. The part that is a whole number of seasons is read.
 */
export function smooth(history: ArrayLike<number>, plan: SmoothingPlan): Smoothed {
  const { season, horizon, settings, logarithms } = plan;
  const length = Math.floor(history.length / season) * season;
  const raw = Float64Array.from({ length }, (_, i) => history[history.length - length + i]!);
  const size = meanOf(raw.map(Math.abs)) || 1;
  const values = raw.map((value) => value / size);
  const filled = values.filter((value) => !Number.isNaN(value));
  const scores: number[] = [];
  const forecasts: Float64Array[] = [];
  const isPositive = filled.every((value) => value > 0);
  for (const isLog of logarithms ? [false, true] : [false]) {
    const isOut = isLog && !isPositive;
    const read = isOut ? values.map((value) => value * 0) : isLog ? values.map(Math.log) : values;
    const begin = beginning(read, season);
    const jacobian = isLog ? meanOf(isOut ? [0] : filled.map(Math.log)) : 0;
    const highest = read.reduce(
      (most, value) => Math.max(most, Number.isNaN(value) ? most : value),
      Number.NEGATIVE_INFINITY,
    );
    for (const setting of settings) {
      const { error, forecast } = run(read, begin, { setting, season, horizon });
      const counted = Math.min(MOST_COUNTED, filled.length);
      const penalty = (fitted(setting, season) * counted) / Math.max(1, filled.length);
      scores.push(isOut ? Number.NEGATIVE_INFINITY : -0.5 * counted * (Math.log(error) + 2 * jacobian) - penalty);
      forecasts.push(isLog ? forecast.map((value) => Math.exp(Math.min(value, highest + MOST_GROWTH))) : forecast);
    }
  }
  const most = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - most));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const weights = Float64Array.from(shares, (share) => share / total);
  const forecast = new Float64Array(horizon);
  for (const [i, each] of forecasts.entries())
    if (weights[i]! > 0) for (let step = 0; step < horizon; step++) forecast[step]! += weights[i]! * each[step]! * size;
  return { weights, forecast };
}

function meanOf(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    sum += values[i]!;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Level, trend and season before the first value, from the first two seasons of a history. */
interface Beginning {
  readonly level: number;
  readonly trend: number;
  /** By place in the season, from the first step that is read. */
  readonly season: Float64Array;
}

function beginning(values: Float64Array, season: number): Beginning {
  const span = Math.max(season, FEWEST);
  const places = numbered(values);
  const inSpan = (from: number, to: number) =>
    values.map((value, i) => (places[i]! > from && places[i]! <= to ? value : Number.NaN));
  const filled = places.at(-1) ?? 0;
  const first = meanOf(inSpan(0, span));
  const second = filled >= 2 * span ? meanOf(inSpan(span, 2 * span)) : first;
  const trend = (second - first) / span;
  const level = first - (trend * (span + 1)) / 2;
  const apart = inSpan(0, 2 * span).map((value, i) => value - (level + trend * places[i]!));
  const ofSeason = Float64Array.from({ length: season }, (_, place) =>
    meanOf(apart.filter((_, i) => i % season === place)),
  );
  const center = season > 1 ? meanOf(ofSeason) : 0;
  return {
    level,
    trend,
    season: season > 1 ? ofSeason.map((value) => value - center) : new Float64Array(1),
  };
}

/** Values from which level and trend begin, of series without a season. */
export const FEWEST = 4;

/** Of each step how many values there are up to it. */
function numbered(values: Float64Array): Int32Array {
  let count = 0;
  return Int32Array.from(values, (value) => {
    if (!Number.isNaN(value)) count++;
    return count;
  });
}

function run(
  values: Float64Array,
  begin: Beginning,
  { setting, season, horizon }: { readonly setting: Smoothing; readonly season: number; readonly horizon: number },
): { readonly error: number; readonly forecast: Float64Array } {
  const { level: alpha, trend: beta, damping: phi = 1, season: gamma } = setting;
  let level = begin.level;
  let trend = beta === undefined ? 0 : begin.trend;
  const seasons = gamma === undefined ? new Float64Array(season) : begin.season.slice();
  let [squares, counted, seen] = [0, 0, 0];
  const warm = warmUp(values.length, season);
  for (let i = 0; i < values.length; i++) {
    const isMissing = Number.isNaN(values[i]!);
    if (!isMissing) seen++;
    if (seen === 0) continue;
    const place = i % season;
    const error = isMissing ? 0 : values[i]! - (level + phi * trend + seasons[place]!);
    if (!isMissing && seen > warm) {
      squares += error * error;
      counted++;
    }
    level += phi * trend + alpha * error;
    trend = phi * trend + (beta ?? 0) * error;
    seasons[place]! += (gamma ?? 0) * error;
  }
  let kept = 0;
  const forecast = Float64Array.from({ length: horizon }, (_, step) => {
    kept += phi ** (step + 1);
    return level + kept * trend + seasons[(values.length + step) % season]!;
  });
  return { error: Math.max(squares / Math.max(1, counted), LEAST_ERROR), forecast };
}

/** Values at the begin by which settings are not compared. */
export function warmUp(length: number, season: number): number {
  return length >= 4 * Math.max(season, FEWEST) ? Math.max(season, FEWEST) : 0;
}
