import { byId } from "../../web-page/parts/dom.js";
import { tellApp } from "./app-frame.ts";
import { remember, remembered } from "./remember.ts";

const choices = ["system", "light", "dark"] as const;
type Choice = (typeof choices)[number];

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
let choice: Choice = choices.find((each) => each === remembered("appearance")) ?? "system";

export const isDark = (): boolean => (choice === "system" ? darkSystem.matches : choice === "dark");

/** The page and the app's frame take their colour scheme from here; the app is told too, for browsers that do not pass it on. */
function show(): void {
  document.documentElement.dataset["appearance"] = choice;
  const said = { system: "as the system", light: "light", dark: "dark" }[choice];
  byId("appearance-label").textContent = `Appearance: ${said}`;
  tellApp({ type: "hivesync:appearance", dark: isDark() });
}

function choose(next: Choice): void {
  choice = next;
  remember("appearance", next);
  show();
}

/** From light to dark and back; what the system has is "as the system" again. */
export function toggleAppearance(): void {
  const dark = !isDark();
  choose(dark === darkSystem.matches ? "system" : dark ? "dark" : "light");
}

export function startAppearance(): void {
  show();
  darkSystem.addEventListener("change", show);
  byId("appearance").addEventListener("click", toggleAppearance);
}
