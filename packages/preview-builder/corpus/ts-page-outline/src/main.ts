import semver from "semver";
import { headings } from "./headings";
import { readPage } from "./pages/read-page";

declare const require: { context(folder: string, deep: boolean, filter: RegExp): Context };
interface Context {
  (key: string): { default: string };
  keys(): string[];
}

const samples = require.context("./samples", false, /\.js$/);
const outline = document.getElementById("outline")!;
let at = 0;

function show(): void {
  const key = samples.keys()[at % samples.keys().length]!;
  const page = readPage(samples(key).default);
  document.getElementById("from")!.textContent = page.from;
  outline.replaceChildren(
    ...headings(page.html).map(({ level, text }) => {
      const row = document.createElement("li");
      row.textContent = `${level}: ${text}`;
      return row;
    }),
  );
  const found = page.html.match(/\d+\.\d+\.\d+/g) ?? [];
  document.getElementById("versions")!.textContent = `newest: ${semver.rsort(found)[0]}`;
}

document.getElementById("next")!.addEventListener("click", () => {
  at += 1;
  show();
});
show();
