import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { unpackChromium } from "./unpack-chromium.ts";

const commonArguments = [
  "--disable-background-networking",
  "--disable-component-update",
  "--font-render-hinting=none",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** How a Chromium is started. */
export interface BrowserStart {
  /** Whether Chromium's own sandbox is on. It cannot start as root, nor where user namespaces are refused. */
  sandbox: boolean;
  /** The folder that holds the program, as {@link unpackChromium} answers it. Default: it is unpacked where it is missing. */
  directory?: string;
  /** For its profile and temporary files. Default: the system's temporary folder. */
  temporaryDirectory?: string;
  /** Command-line arguments besides those that every browser of ours gets. */
  arguments?: readonly string[];
}

/** Starts a headless Chromium. It has nothing of this process's environment. */
export async function launchBrowser(start: BrowserStart): Promise<Browser> {
  const directory = start.directory ?? (await unpackChromium());
  return await chromium.launch({
    executablePath: join(directory, "chromium"),
    chromiumSandbox: start.sandbox,
    args: [...commonArguments, ...(start.arguments ?? [])],
    env: {
      HOME: directory,
      FONTCONFIG_FILE: join(directory, "fonts.conf"),
      TMPDIR: start.temporaryDirectory ?? tmpdir(),
    },
  });
}
