/**
 * Options of Node by which a process finds these names at 127.0.0.1, as a hosts file would have it: of a git server that a test starts.
 *
 * @example
 * spawn(process.execPath, [...importLoopbackNames(["git.example.com"]), entry]);
 */
export function importLoopbackNames(names: readonly string[] = []): string[] {
  if (names.length === 0) return [];
  const module = new URL("loopback-names.ts", import.meta.url);
  module.searchParams.set("names", names.join(","));
  return ["--import", module.href];
}
