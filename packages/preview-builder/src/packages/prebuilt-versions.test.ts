import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { KNOWN_PACKAGES } from "#packages/known-packages.ts";
import { isServedByPart } from "#packages/served-by-part.ts";
import { SHIPPED_PACKAGES, shippedVersion } from "#packages/shipped-packages.ts";
import { PREBUILT_PARTS } from "#runtimes/prebuilt-parts.ts";
import { RUNTIME_PARTS, partOfModule } from "#runtimes/runtime-parts.ts";

const require = createRequire(import.meta.url);
/** Where each is found. */
const PLACES: Readonly<Record<string, string>> = {
  "@expo/vector-icons": require.resolve("@expo/vector-icons/package.json"),
  "@react-native-async-storage/async-storage":
    require.resolve("@react-native-async-storage/async-storage/package.json"),
  "@react-navigation/bottom-tabs": require.resolve("@react-navigation/bottom-tabs/package.json"),
  "@react-navigation/elements": require.resolve("@react-navigation/elements/package.json"),
  "@react-navigation/native": require.resolve("@react-navigation/native/package.json"),
  "@react-navigation/native-stack": require.resolve("@react-navigation/native-stack/package.json"),
  "@react-navigation/stack": require.resolve("@react-navigation/stack/package.json"),
  buffer: require.resolve("buffer/package.json"),
  classnames: require.resolve("classnames/package.json"),
  clsx: require.resolve("clsx"),
  "date-fns": require.resolve("date-fns/package.json"),
  events: require.resolve("events/package.json"),
  "prop-types": require.resolve("prop-types/package.json"),
  "react-native-gesture-handler": require.resolve("react-native-gesture-handler/package.json"),
  "react-native-safe-area-context": require.resolve("react-native-safe-area-context/package.json"),
  "react-native-screens": require.resolve("react-native-screens/package.json"),
  "react-native-svg": require.resolve("react-native-svg/package.json"),
  "react-router": require.resolve("react-router/package.json"),
  "react-router-dom": require.resolve("react-router-dom/package.json"),
  zustand: require.resolve("zustand/package.json"),
};

test("the versions in the tables are those of package.json, and what is installed", async () => {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  const rows = { ...SHIPPED_PACKAGES, ...Object.assign({}, ...PREBUILT_PARTS.map(({ versions }) => versions)) };
  expect(Object.keys(rows).length).toBeGreaterThan(10);
  for (const [name, version] of Object.entries(rows)) {
    expect([name, dependencies[name]]).toEqual([name, version]);
    expect(PLACES[name]).toContain(name);
    const installed = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
    expect(JSON.parse(await readFile(installed, "utf8"))).toMatchObject({ name, version });
  }
});

test("what user code may import of a part is in no other part, and parts come after what they need", () => {
  const own = RUNTIME_PARTS.filter(({ insteadOf }) => insteadOf === undefined);
  const names = own.flatMap(({ modules }) => Object.keys(modules));
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  for (const [index, { needs }] of RUNTIME_PARTS.entries()) {
    for (const need of needs) expect(RUNTIME_PARTS.findIndex(({ name }) => name === need)).toBeLessThan(index);
  }
});

test("a package is served by a part, comes along, stands in, or is assumed: never two of them", () => {
  const standIns = [...KNOWN_PACKAGES.values()].filter(({ as }) => as === "stand-in");
  for (const { name } of standIns) expect([name, partOfModule(name)]).toEqual([name, undefined]);
  for (const name of Object.keys(SHIPPED_PACKAGES)) expect([name, partOfModule(name)]).toEqual([name, undefined]);
});

test.each([
  ["zustand", "^5.0.0", true],
  ["zustand", "5.0.1", true],
  ["zustand", "^4.5.0", false],
  ["zustand", "latest", true],
  ["zustand", undefined, true],
  ["zustand", "~5.0.2", true],
  ["zustand", ">=4", true],
  ["zustand", "^6.0.0", false],
  ["react-native-screens", "~4.16.0", true],
  ["react-native-gesture-handler", "~2.28.0", true],
  ["react-native-gesture-handler", "^1.10.0", false],
  ["react-native-gesture-handler", "^9.0.0", false],
  ["react", "^17.0.0", true],
  ["react-native-reanimated", "~3.10.1", true],
  ["lodash", "*", false],
])("%s %s is served by what is here: %s", (name, range, isServed) => {
  expect(isServedByPart(name, range)).toBe(isServed);
});

test("a package that comes along serves its own major", () => {
  expect(shippedVersion("date-fns", "^4.1.0")).toBe(SHIPPED_PACKAGES["date-fns"]);
  expect(shippedVersion("date-fns", "4.1.0")).toBe(SHIPPED_PACKAGES["date-fns"]);
  expect(shippedVersion("date-fns", "^5.0.0")).toBeUndefined();
  expect(shippedVersion("date-fns", "^3.6.0")).toBeUndefined();
  expect(shippedVersion("constructor", "*")).toBeUndefined();
  expect(shippedVersion("@expo/vector-icons", "^14.0.2")).toBe(SHIPPED_PACKAGES["@expo/vector-icons"]);
  expect(shippedVersion("@expo/vector-icons", "^16.0.0")).toBeUndefined();
});
