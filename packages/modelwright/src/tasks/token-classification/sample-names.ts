const FIRST_NAMES =
  "Anna Omar Mei Carlos Priya Jonas Fatima Ivan Lucia Kofi Sven Amara Hiro Elena Tariq Grace Pavel Noor Diego Ingrid Yusuf Clara Ravi".split(
    " ",
  );
const LAST_NAMES = "Lindqvist Tanaka Ruiz Weber Haddad Okafor Novak Silva Larsen Iyer Moreau Costa Kim".split(" ");
const PLACES = (
  "Oslo,New York,Lisbon,Cape Town,Nairobi,Kyoto,Buenos Aires,Riga,Lima,Hanoi,Tampere,San Juan,Porto,Ghent,Accra,Da Nang,Bergen,Quito," +
  "Tbilisi,Izmir,Galway,Santa Fe,Malmo,Perth,Zagreb,Leeds,Cusco,Bari,El Paso,Turku,Minsk"
).split(",");
const ROWS_PER_FORM = 8;

/** What is said of people and places; {p} and {l} stand for them. */
const FORMS = [
  "{p} moved to {l} last year.",
  "The train to {l} was late again.",
  "Yesterday {p} called from {l} about the contract.",
  "We met {p} at the office.",
  "It rained in {l} for three days.",
  "Please send the papers to {p} in {l}.",
  "Nobody answered the phone.",
  "{p} and the team from {l} won the prize.",
  "My sister lives near {l} with two dogs.",
  "Has {p} paid the invoice for {l}?",
  "The meeting was moved to Monday.",
  "{p} wrote a letter to the council.",
  "Flights from {l} are cancelled, says {p}.",
  "The report is on the desk.",
  "A storm is coming towards {l} tonight.",
] as const;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** JSON Lines of 120 invented sentences with the people and places in them; most names occur once or twice. */
export function sampleNames(): string {
  const rows = FORMS.flatMap((form, i) =>
    Array.from({ length: ROWS_PER_FORM }, (_, j) => {
      const number = i * ROWS_PER_FORM + j;
      const first = FIRST_NAMES[(7 * number) % FIRST_NAMES.length]!;
      const last = LAST_NAMES[(5 * number) % LAST_NAMES.length]!;
      const person = number % 3 === 0 ? first : `${first} ${last}`;
      return row(form, { person, place: PLACES[(9 * number) % PLACES.length]!, number: j });
    }),
  );
  return `${rows.join("\n")}\n`;
}

function row(
  form: string,
  { person, place, number }: { readonly person: string; readonly place: string; readonly number: number },
): string {
  const spans: Span[] = [];
  let text = "";
  for (const part of form.split(/(\{[pl]\})/)) {
    const [value, label] = part === "{p}" ? [person, "PER"] : part === "{l}" ? [place, "LOC"] : [part, undefined];
    if (label !== undefined) spans.push({ start: text.length, end: text.length + value.length, label });
    text += value;
  }
  // Rows without a name differ too.
  if (spans.length === 0) text += ` That was number ${number + 1}.`;
  return JSON.stringify({ text, spans });
}
