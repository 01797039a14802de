const KINDS = ["crime", "travel", "history", "cooking", "poetry", "science"] as const;
const BOOKS = 10;
const READERS = 150;
const LOANS = 14;
const DAY = 86_400_000;

/** A CSV of 2,100 invented loans of a library: reader, book, when, and how it was liked. Readers keep to two kinds of books. */
export function sampleLoans(): string {
  const start = Date.UTC(2026, 0, 5);
  const rows = Array.from({ length: READERS * LOANS }, (_, i) => {
    const [loan, reader] = [Math.floor(i / READERS), i % READERS];
    const favourites = [reader % 6, (reader * 7 + 2) % 6];
    // Steps that share no factor with what they walk through, so that each reader takes a way of their own.
    const strays = (loan * 5 + reader * 3) % 7 === 0;
    const kind = strays ? (loan + reader) % 6 : favourites[(loan + reader) % 2]!;
    const book = Math.floor((((loan * 7 + reader * 3) % 31) / 31) ** 1.6 * BOOKS);
    const stars = Math.min(5, Math.max(1, (favourites.includes(kind) ? 4 : 2) + ((loan * 11 + reader * 13) % 3) - 1));
    const day = new Date(start + (i * 97 * DAY) / 1000).toISOString().slice(0, 10);
    return `reader ${reader + 1},${KINDS[kind]} ${book + 1},${stars},${day}`;
  });
  return `user,item,rating,date\n${rows.join("\n")}\n`;
}
