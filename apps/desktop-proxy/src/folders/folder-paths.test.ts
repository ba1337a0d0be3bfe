import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { findPathProblem, isRoot, isWithin, toManifestPath } from "./folder-paths.ts";

describe("findPathProblem", () => {
  test.each([
    [posix, "/home/ada/app"],
    [posix, "/"],
    [posix, "/a\\b"],
    [win32, "C:\\Users\\Ada\\app"],
    [win32, "c:/Users/Ada/app"],
    [win32, "\\\\server\\share\\app"],
    [win32, "//server/share/app"],
  ])("takes absolute paths of the system (%#: %o %s)", (rules, directory) => {
    expect(findPathProblem(directory, rules)).toBeUndefined();
  });

  test.each([
    [posix, "app"],
    [posix, "./app"],
    [posix, "~/app"],
    [posix, "C:\\app"],
    [posix, ""],
    [win32, "app"],
    [win32, "C:app"],
    [win32, "C:"],
    [win32, "\\app"],
    [win32, "/app"],
  ])("refuses what depends on where a program stands (%#: %o %s)", (rules, directory) => {
    expect(findPathProblem(directory, rules)).toBe("must be an absolute path");
  });

  test.each(["\\\\?\\C:\\app", "\\\\.\\pipe\\x", "//./PhysicalDrive0", "//?/C:/app", "\\\\?\\UNC\\server\\share"])(
    "refuses the device path %s on Windows",
    (directory) => {
      expect(findPathProblem(directory, win32)).toBe("must not be a device path");
    },
  );

  test("refuses a null character", () => {
    expect(findPathProblem("/a\0b", posix)).toBe("must not hold a null character");
  });
});

describe("isRoot", () => {
  test.each([
    [posix, "/"],
    [posix, "/a/.."],
    [win32, "C:\\"],
    [win32, "C:/"],
    [win32, "\\\\server\\share\\"],
    [win32, "\\\\server\\share"],
  ])("knows all of a disk or share (%#: %o %s)", (rules, directory) => {
    expect(isRoot(directory, rules)).toBe(true);
  });

  test.each([
    [posix, "/a"],
    [win32, "C:\\a"],
    [win32, "\\\\server\\share\\a"],
  ])("takes nothing below for it (%#: %o %s)", (rules, directory) => {
    expect(isRoot(directory, rules)).toBe(false);
  });
});

describe("isWithin", () => {
  test.each([
    [posix, "/home/ada/app", "/home/ada/app"],
    [posix, "/home/ada/app", "/home/ada/app/src"],
    [posix, "/home/ada/app", "/home/ada/app/..src"],
    [posix, "/", "/etc"],
    [win32, "C:\\app", "C:\\app\\src"],
    [win32, "C:\\app", "c:/APP/src"],
    [win32, "\\\\server\\share\\app", "\\\\server\\share\\app\\src"],
  ])("holds for the folder and what lies in it (%#: %o %s, %s)", (rules, folder, target) => {
    expect(isWithin(folder, target, rules)).toBe(true);
  });

  test.each([
    [posix, "/home/ada/app", "/home/ada/app2"],
    [posix, "/home/ada/app", "/home/ada"],
    [posix, "/home/ada/app", "/home/ada/app/../../bob"],
    [posix, "/home/ada/app", "/home/ada/APP"],
    [win32, "C:\\app", "D:\\app"],
    [win32, "C:\\app", "C:\\app2"],
    [win32, "C:\\app", "C:\\app\\..\\..\\Windows"],
    [win32, "\\\\server\\share\\app", "\\\\server\\other\\app"],
    [win32, "C:\\app", "\\\\server\\share\\app"],
  ])("holds for nothing else (%#: %o %s, %s)", (rules, folder, target) => {
    expect(isWithin(folder, target, rules)).toBe(false);
  });
});

test.each([
  [posix, "/app", "/app/src/a.ts"],
  [win32, "C:\\app", "C:\\app\\src\\a.ts"],
  [win32, "\\\\server\\share\\app", "\\\\server\\share\\app\\src\\a.ts"],
])("toManifestPath spells a path below a folder with / (%#)", (rules, folder, target) => {
  expect(toManifestPath(folder, target, rules)).toBe("src/a.ts");
});
