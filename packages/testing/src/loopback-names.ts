// Loaded into a process as `importLoopbackNames` says.
import dns from "node:dns/promises";
import { syncBuiltinESMExports } from "node:module";

const names = new Set(new URL(import.meta.url).searchParams.get("names")?.split(","));
const systemLookup = dns.lookup;

const lookup = async (name: string, options: object = {}): Promise<unknown> => {
  if (!names.has(name)) return systemLookup(name, options);
  const found = { address: "127.0.0.1", family: 4 };
  return "all" in options && options.all === true ? [found] : found;
};

Object.assign(dns, { lookup });
syncBuiltinESMExports();
