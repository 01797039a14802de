const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const ROWS = 1200;
const FIRST_YEAR = 1990;
const YEARS = 40;

interface DayOfYear {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** How people write a date. */
const FORMS: readonly ((date: DayOfYear) => string)[] = [
  ({ year, month, day }) => `${day} ${MONTHS[month - 1]} ${year}`,
  ({ year, month, day }) => `${MONTHS[month - 1]} ${day}, ${year}`,
  ({ year, month, day }) => `${MONTHS[month - 1]!.slice(0, 3)} ${ordinal(day)} ${year}`,
  ({ year, month, day }) => `the ${ordinal(day)} of ${MONTHS[month - 1]}, ${year}`,
  ({ year, month, day }) => `${day}.${month}.${year}`,
];

/** Dates as people write them, made by rule, and as machines read them: ISO 8601. */
export function sampleDates(): string {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    // Steps without a common factor go through all days in no order.
    const step = (i * 7919) % (YEARS * 12 * 28);
    const date = {
      year: FIRST_YEAR + (step % YEARS),
      month: 1 + (Math.floor(step / YEARS) % 12),
      day: 1 + (Math.floor(step / (YEARS * 12)) % 28),
    };
    // A form that changed by i alone would meet few of the years, since these repeat every 40 rows.
    const form = FORMS[(i + Math.floor(i / YEARS)) % FORMS.length]!;
    return `"${form(date)}",${iso(date)}`;
  });
  return `source,target\n${rows.join("\n")}\n`;
}

function iso({ year, month, day }: DayOfYear): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}`;
}

function ordinal(day: number): string {
  const isTeen = day > 10 && day < 14;
  return `${day}${(isTeen ? undefined : ["st", "nd", "rd"][(day % 10) - 1]) ?? "th"}`;
}
