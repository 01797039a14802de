import type { RecommendationMetric } from "@modelwright/contracts";
import { html, type PageSection, section } from "@modelwright/pages";
import type { RecommendationOutcome, RecommendedUser } from "../../metrics/recommendation-outcome.ts";
import type { EvaluatedRow, ReportBody } from "../evaluation-report.ts";
import { formatCount, formatPercent } from "../number-format.ts";
import { worstRows } from "../sections/worst-rows.ts";

const MOST_ROWS = 20;

interface Shown {
  /** What each user chose in the test events, in the order of the outcome. */
  readonly users: readonly EvaluatedRow[];
  /** How an item is called for a reader. */
  readonly nameOf: (item: string) => string;
}

/** What a report shows of recommendations: where what users chose was found, what is recommended most, and users for whom nothing was found. */
export function recommendationBody({
  outcome,
  ...shown
}: Shown & { readonly outcome: RecommendationOutcome }): ReportBody {
  const users = outcome.users.filter(({ relevant }) => relevant > 0);
  const hits = users.filter(({ places }) => places.length > 0).length;
  const rated = outcome.users.some(({ ratings }) => ratings !== undefined);
  return {
    found: `recommended something that the user chose later to ${formatPercent(hits / Math.max(1, users.length))} of ${formatCount(users.length)} users, ten items each out of ${formatCount(outcome.items)}.`,
    tiles: [
      "ndcg10",
      "recall10",
      ...(rated ? (["rmse"] as const) : (["coverage10"] as const)),
    ] satisfies RecommendationMetric[],
    sections: [placeSection(users), strangerSection(users), popularSection(outcome, shown), missed(outcome, shown)],
  };
}

/** The ends of ranges of places. */
const PLACES: readonly (readonly [name: string, last: number])[] = [
  ["first", 1],
  ["2 or 3", 3],
  ["4 or 5", 5],
  ["6 to 10", 10],
];

function placeSection(users: readonly RecommendedUser[]): PageSection {
  const none = users.filter(({ places }) => places.length === 0).length;
  const counts = PLACES.map(([name, last], i) => {
    const above = i === 0 ? 0 : PLACES[i - 1]![1];
    return [name, users.filter(({ places }) => places[0]! > above && places[0]! <= last).length] as const;
  });
  const rows = [...counts, ["none of ten", none] as const].map(
    ([name, count]) =>
      html`<tr><th scope="row">${name}</th><td class="number">${formatCount(count)}</td><td class="number">${formatPercent(count / Math.max(1, users.length))}</td></tr>`,
  );
  return section(
    "Where it was found",
    html`<p>The place of the first item that the user chose later, of all users with something relevant.</p>`,
    html`<div class="scroll" role="region" aria-label="Places" tabindex="0"><table><thead><tr><th scope="col">Place</th><th scope="col" class="number">Users</th><th scope="col" class="number">Share</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

function strangerSection(users: readonly RecommendedUser[]): PageSection {
  const rows = ([true, false] as const).map((isKnown) => {
    const own = users.filter(({ known }) => known === isKnown);
    const hits = own.filter(({ places }) => places.length > 0).length;
    const share = own.length === 0 ? "–" : formatPercent(hits / own.length);
    return html`<tr><th scope="row">${isKnown ? "known: events taught the model" : "new: what is popular is recommended"}</th><td class="number">${formatCount(own.length)}</td><td class="number">${share}</td></tr>`;
  });
  return section(
    "Known and new users",
    html`<div class="scroll" role="region" aria-label="Known and new users" tabindex="0"><table><thead><tr><th scope="col">Users</th><th scope="col" class="number">Count</th><th scope="col" class="number">Hit rate@10</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

const MOST_POPULAR = 10;

function popularSection({ users }: RecommendationOutcome, { nameOf }: Shown): PageSection {
  const counts = new Map<string, number>();
  for (const { first } of users) for (const item of first) counts.set(item, (counts.get(item) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_POPULAR);
  const rows = most.map(
    ([item, count]) =>
      html`<tr><th scope="row">${nameOf(item)}</th><td class="number">${formatPercent(count / users.length)}</td></tr>`,
  );
  return section(
    "Recommended most",
    html`<p>To how many of the users each is recommended; where the same few go to all, users see little that is theirs.</p>`,
    html`<div class="scroll" role="region" aria-label="Recommended most" tabindex="0"><table><thead><tr><th scope="col">Item</th><th scope="col" class="number">Share of users</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

/** The known users who chose most and found nothing. */
function missed({ users }: RecommendationOutcome, { users: rows, nameOf }: Shown): PageSection {
  const worst = [...users.keys()]
    .filter((row) => users[row]!.relevant > 0 && users[row]!.places.length === 0 && users[row]!.known)
    .sort((a, b) => users[b]!.relevant - users[a]!.relevant || a - b)
    .slice(0, MOST_ROWS)
    .map((row) => ({
      row,
      facts: [
        { name: "chose later", value: formatCount(users[row]!.relevant) },
        {
          name: "recommended",
          value: users[row]!.first.slice(0, 5).map(nameOf).join(", "),
        },
      ],
    }));
  if (worst.length === 0) {
    return section("Users who found nothing", html`<p>Every known user found something among ten items.</p>`);
  }
  return section(
    "Users who found nothing",
    html`<p>The known users who chose most of what was not recommended to them. Read them: they may have taken up something new, or several people may share one name.</p>`,
    worstRows(rows, worst),
  );
}
