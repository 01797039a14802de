/** What the page's other parts build elements with. Its source is what the page carries: it refers to nothing outside. */
export function domKit() {
  function byId<Kind extends HTMLElement>(id: string): Kind {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`the page has no #${id}`);
    return found as Kind;
  }

  /** An element with texts (never markup) and elements in it. */
  function make<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    content: string | Node | readonly (string | Node)[] = [],
    attributes: Readonly<Record<string, string>> = {},
  ): HTMLElementTagNameMap[Name] {
    const made = document.createElement(name);
    made.append(...[content].flat());
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    return made;
  }

  return { byId, make };
}

export type DomKit = ReturnType<typeof domKit>;
