import { html, type Markup } from "../html/html.ts";

/** What cards are searched by; each is an `li.card` with `data-name` (lower case), `data-kind`, `data-marked` (0: not). */
export interface CardSearch {
  /** "columns" */
  readonly noun: string;
  readonly kinds: readonly string[];
  /** What it is to be marked: "with findings". */
  readonly marked: string;
}

export const CARD_SEARCH_STYLE = `
.search { position: sticky; top: 3.25rem; z-index: 2; display: flex; flex-wrap: wrap; gap: .6rem 1.25rem; align-items: center; padding: .6rem 0; margin-bottom: .75rem; background: var(--page); border-bottom: 1px solid var(--line); font-size: .875rem; }
.search[hidden], .card[hidden] { display: none; }
.search input[type=search], .search select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--muted); border-radius: .4rem; padding: .3rem .55rem; margin-left: .3rem; }
.search input[type=search] { width: 13rem; max-width: 55vw; } .search output { color: var(--muted); margin-left: auto; }
.card { scroll-margin-top: 8rem; }
@media (max-width: 600px) { .search output { margin-left: 0; } }
`;

/** The form by which the cards of a page are searched; it is hidden where the script does not run. */
export function cardSearch({ noun, kinds, marked }: CardSearch): Markup {
  return html`<form class="search" role="search" hidden data-noun="${noun}"><label>Search <input type="search" name="name" placeholder="part of a name"></label>
<label>Kind <select name="kind"><option value="">all</option>${kinds.map((kind) => html`<option>${kind}</option>`)}</select></label>
<label><input type="checkbox" name="marked"> ${marked}</label>
<output name="count" role="status"></output></form>`;
}

/** Runs in the page: it is written into it as text, and uses nothing from outside. */
function searchCards(): void {
  const form = document.querySelector<HTMLFormElement>("form.search");
  if (form === null) return;
  const cards = [...document.querySelectorAll<HTMLElement>("li.card")];
  const field = <E extends Element>(name: string) => form.elements.namedItem(name) as unknown as E;
  const show = () => {
    const wanted = field<HTMLInputElement>("name").value.trim().toLowerCase();
    const kind = field<HTMLSelectElement>("kind").value;
    const isMarked = field<HTMLInputElement>("marked").checked;
    let count = 0;
    for (const card of cards) {
      const { name = "", kind: own, marked } = card.dataset;
      card.hidden = !(name.includes(wanted) && (kind === "" || own === kind) && (!isMarked || marked !== "0"));
      if (!card.hidden) count++;
    }
    field<HTMLOutputElement>("count").value = `${count} of ${cards.length} ${form.dataset["noun"]}`;
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A link to a card shows it, whatever is searched for.
  window.addEventListener("hashchange", () => {
    const card = document.getElementById(location.hash.slice(1));
    if (card === null || !card.hidden) return;
    form.reset();
    show();
    card.scrollIntoView();
  });
  show();
}

/** The script of the search, as it stands in its script element. */
export const CARD_SEARCH_SCRIPT = `(${searchCards})();`;
