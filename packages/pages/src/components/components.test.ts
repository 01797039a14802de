import { expect, test } from "vitest";
import { html } from "../html/html.ts";
import { dataName } from "./name.ts";
import { plainTable } from "./table.ts";
import { term } from "./term.ts";

test("every cell of a table knows its column's title, for phones on which it stands beside it", () => {
  const columns = [{ title: "Label" }, { title: "Rows", isNumber: true }, { title: "F1", heading: term("F1", "both") }];
  const table = plainTable("Labels", columns, [["ham", 3, html`<b>0.5</b>`]]).text;
  expect(table).toContain('<th scope="row">ham</th><td class="number" data-head="Rows"><span>3</span></td>');
  expect(table).toContain('data-head="F1"><span><b>0.5</b></span>');
  expect(table).toContain(`<th scope="col">${term("F1", "both").text}</th>`);
});

test("a long name is cut, and told by its tooltip up to 300 characters", () => {
  expect(dataName("<b>").text).toBe("<bdi>&lt;b&gt;</bdi>");
  const long = dataName("y".repeat(5000)).text;
  expect(long).toMatch(/^<bdi tabindex="0" data-tip="y{300} …">y{60} …<\/bdi>$/);
});
