import type { TimeUnit } from "@modelwright/contracts";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const WEEK = 7 * DAY;

/** How a unit of time counts steps. `phase` is where within a step, or a run of steps, the times of a series stand. */
interface UnitRule {
  /** The number of a moment's step, from some moment on; not whole for a moment between two steps. */
  readonly stepOf: (milliseconds: number, every: number, phase: Phase) => number;
  readonly timeOf: (step: number, every: number, phase: Phase) => number;
  readonly phaseOf: (first: number, every: number) => Phase;
  /** Steps after which series of the unit mostly repeat themselves, the likeliest first. */
  readonly seasons: (every: number) => readonly number[];
  /** Steps of a year, for a look at the same time of the last one; absent: a season is a year, or there are too many. */
  readonly year?: (every: number) => number;
  readonly horizon: number;
}

/** Where in their steps the times of a series stand. */
export interface Phase {
  /** Milliseconds behind the begin of a step; of months behind the begin of a day. */
  readonly offset: number;
  /** Of months: the day, 1 to 31, the last of the month where there is none; and which of several months. */
  readonly day?: number;
  readonly month?: number;
}

const whole = (numbers: readonly number[]) => numbers.filter((each) => Number.isInteger(each) && each > 1);
const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** A unit of so many milliseconds. */
function fixed(
  length: number,
  rest: Pick<UnitRule, "horizon"> & { readonly seasons: readonly number[]; readonly year?: number },
): UnitRule {
  const { seasons, horizon, year } = rest;
  return {
    stepOf: (milliseconds, every, { offset }) => (milliseconds - offset) / (length * every),
    timeOf: (step, every, { offset }) => offset + step * length * every,
    phaseOf: (first, every) => ({ offset: modulo(first, length * every) }),
    seasons: (every) => whole(seasons.map((each) => each / every)),
    ...(year === undefined ? {} : { year: (every: number) => Math.round(year / every) }),
    horizon,
  };
}

/** A unit of so many months. */
function monthly(months: number, rest: Pick<UnitRule, "horizon"> & { readonly season: number }): UnitRule {
  return {
    stepOf: (milliseconds, every, phase) => {
      const date = new Date(milliseconds);
      const step = (date.getUTCFullYear() * 12 + date.getUTCMonth() - (phase.month ?? 0)) / (months * every);
      const isTime = milliseconds - Math.floor(milliseconds / DAY) * DAY === phase.offset;
      return isTime ? step : Number.NaN;
    },
    timeOf: (step, every, { offset, day = 1, month = 0 }) => {
      const passed = Math.round(step * months * every) + month;
      const [year, inYear] = [Math.floor(passed / 12), modulo(passed, 12)];
      const last = new Date(0);
      last.setUTCFullYear(year, inYear + 1, 0);
      const date = new Date(0);
      date.setUTCFullYear(year, inYear, Math.min(day, last.getUTCDate()));
      return date.getTime() + offset;
    },
    phaseOf: (first, every) => {
      const date = new Date(first);
      const isLast = new Date(first + DAY).getUTCDate() === 1;
      return {
        offset: modulo(first, DAY),
        day: isLast ? 31 : date.getUTCDate(),
        month: modulo(date.getUTCFullYear() * 12 + date.getUTCMonth(), months * every),
      };
    },
    seasons: (every) => whole([rest.season / every]),
    horizon: rest.horizon,
  };
}

/** Days from Monday to Friday. */
const businessDay: UnitRule = {
  stepOf: (milliseconds, every, { offset }) => {
    // 1970 began on a Thursday.
    const days = (milliseconds - offset) / DAY + 3;
    const weekday = modulo(days, 7);
    return weekday < 5 ? (Math.floor(days / 7) * 5 + weekday) / every : Number.NaN;
  },
  timeOf: (step, every, { offset }) => {
    const days = step * every;
    return offset + (Math.floor(days / 5) * 7 + modulo(days, 5) - 3) * DAY;
  },
  phaseOf: (first) => ({ offset: modulo(first, DAY) }),
  seasons: (every) => whole([5 / every]),
  year: (every) => Math.round(260 / every),
  horizon: 10,
};

const UNITS: Readonly<Record<TimeUnit, UnitRule>> = {
  second: fixed(SECOND, { seasons: [60, 3600], horizon: 60 }),
  minute: fixed(MINUTE, { seasons: [1440, 60], horizon: 60 }),
  hour: fixed(HOUR, { seasons: [24, 168], horizon: 48 }),
  day: fixed(DAY, { seasons: [7], year: 364, horizon: 14 }),
  "business-day": businessDay,
  week: fixed(WEEK, { seasons: [52], horizon: 8 }),
  month: monthly(1, { season: 12, horizon: 12 }),
  quarter: monthly(3, { season: 4, horizon: 4 }),
  year: monthly(12, { season: 1, horizon: 4 }),
};

/** A grid of steps, all of one length as calendars have it. */
export class TimeGrid {
  /** `day`, `15 minutes`. */
  readonly name: string;
  readonly #rule: UnitRule;
  readonly #unit: TimeUnit;
  readonly #every: number;

  constructor(unit: TimeUnit, every = 1) {
    this.#unit = unit;
    this.#every = every;
    this.#rule = UNITS[unit];
    this.name = every === 1 ? unit : `${every} ${unit}s`;
  }

  /** @param name As `frequency` of the contracts has it. */
  static of(name: string): TimeGrid {
    const [, every = "1", unit] = /^(?:(\d+) )?([a-z-]+?)s?$/.exec(name) ?? [];
    return new TimeGrid(unit as TimeUnit, Number(every));
  }

  phaseOf(first: number): Phase {
    return this.#rule.phaseOf(first, this.#every);
  }

  /** The number of the step that a moment is; undefined for one between two steps. */
  stepOf(milliseconds: number, phase: Phase): number | undefined {
    const step = this.#rule.stepOf(milliseconds, this.#every, phase);
    const rounded = Math.round(step);
    return Math.abs(step - rounded) < 1e-6 ? rounded : undefined;
  }

  /** Milliseconds since 1970, UTC. */
  timeOf(step: number, phase: Phase): number {
    return this.#rule.timeOf(step, this.#every, phase);
  }

  /** Steps after which series may repeat themselves, the likeliest first. */
  get seasons(): readonly number[] {
    return this.#rule.seasons(this.#every);
  }

  /** Steps of a year, in whole weeks where there are some; undefined where a season is one, or there are too many. */
  get year(): number | undefined {
    const year = this.#rule.year?.(this.#every);
    return year === undefined || year < 4 ? undefined : year;
  }

  /** Steps that are forecast where nobody says how many. */
  get horizon(): number {
    return Math.max(1, Math.round(this.#rule.horizon / this.#every));
  }

  /** A moment as people write one of this unit: `2026-01-31`, `2026-01-31 14:00`, `2026-01`. */
  show(milliseconds: number): string {
    const text = new Date(milliseconds).toISOString();
    if (!text.endsWith("T00:00:00.000Z")) return text.replace("T", " ").replace(/(:00)?(\.\d+)?Z$/, "");
    if ((this.#unit === "month" || this.#unit === "quarter") && text.slice(8, 10) === "01") return text.slice(0, 7);
    return this.#unit === "year" && text.slice(5, 10) === "01-01" ? text.slice(0, 4) : text.slice(0, 10);
  }
}

/** A moment as answers write it: ISO 8601, without a time at midnight. */
export function isoTime(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.replace(".000Z", "Z");
}
