import { expect, test } from "vitest";
import { replaceLocation } from "./app-location.ts";

const app = "__hivesync.location";

test.each([
  [`location.href = "a.html";`, `${app}.href = "a.html";`],
  [`location = "a.html"`, `${app} = "a.html"`],
  [`window.location.assign(a); document.location = b`, `${app}.assign(a); ${app} = b`],
  [`if (location.hash)\n  self.location.reload()`, `if (${app}.hash)\n  ${app}.reload()`],
  [`({ [location.href]: location })`, `({ [${app}.href]: ${app} })`],
  [`return location.pathname`, `return ${app}.pathname`],
])("%s goes by the app's location", (code, replaced) => {
  expect(replaceLocation(code)).toBe(replaced);
});

test.each([
  `shop.location = "Paris"; shop?.location; top.location`,
  `({ location: 1, location() {} })`,
  `const show = ({ location }) => location.city;`,
  `let location = "Paris"; location = "Rome";`,
  `function f([location = 1]) { return location }`,
  `class A { location = 1; #location = 2 }`,
  `location: for (;;) break location;`,
  `"location.href = 1" // location`,
  `location.href = = 1`,
])("%s stays as it is", (code) => {
  expect(replaceLocation(code)).toBe(code);
});

test("a script with a location of its own still goes by the window's", () => {
  expect(replaceLocation(`let location = 1; window.location.href = "/";`)).toBe(`let location = 1; ${app}.href = "/";`);
});
