import { cookie, setCookie } from "./cookies";
import { Stored } from "./store";

enum Theme {
  Light = "light",
  Dark = "dark",
}

const visits = new Stored("visits", 0);
const theme = new Stored<Theme>("theme", Theme.Light, sessionStorage);

function show(): void {
  const write = (id: string, text: string) => (document.getElementById(id)!.textContent = text);
  write("visits", `Visits: ${visits.value}`);
  write("theme", `Theme: ${theme.value}`);
  write("cookie", `Seen by cookie: ${cookie("seen") ?? "no"}`);
  document.documentElement.dataset["theme"] = theme.value;
}

visits.value += 1;
setCookie("seen", "yes");
document.getElementById("count")!.addEventListener("click", () => {
  visits.value += 1;
  show();
});
document.getElementById("dark")!.addEventListener("click", () => {
  theme.value = Theme.Dark;
  show();
});
show();
