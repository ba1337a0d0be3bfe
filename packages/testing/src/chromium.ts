import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const ARGUMENTS = [
  // Tests run as root in containers, where Chromium's own sandbox cannot start.
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--font-render-hinting=none",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/**
 * Starts a real headless Chromium out of the npm package; nothing has to be installed on the system. Web security is
 * on, so frames are as isolated as for users. The first call on a machine unpacks it, which takes seconds.
 *
 * @example
 * await using browser = await launchChromium();
 * const page = await browser.newPage();
 */
export async function launchChromium(): Promise<Browser> {
  const directory = await unpackChromium();
  return await chromium.launch({
    executablePath: join(directory, "chromium"),
    args: ARGUMENTS,
    env: { HOME: directory, FONTCONFIG_FILE: join(directory, "fonts.conf"), TMPDIR: tmpdir() },
  });
}

/** Unpacks into a folder of its own and renames it, as several test processes may do so at once. */
async function unpackChromium(): Promise<string> {
  const require = createRequire(import.meta.url);
  const packagePath = require.resolve("@sparticuz/chromium");
  const version = /chromium@([\d.]+)/.exec(packagePath)?.[1] ?? "unknown";
  const directory = join(tmpdir(), `hivesync-chromium-${version}`);
  if (existsSync(directory)) return directory;
  const staging = await mkdtemp(`${directory}-`);
  // The package unpacks into the temporary folder of its process, so it gets a process with another one.
  const script = `await (await import(${JSON.stringify(pathToFileURL(packagePath).href)})).default.executablePath()`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env: { TMPDIR: staging } });
  await writeFile(join(staging, "fonts.conf"), fontConfiguration(directory));
  try {
    await rename(staging, directory);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

/** The package's own configuration names fixed folders. Its font comes first, so that pages look alike on every machine. */
function fontConfiguration(directory: string): string {
  const preferred = ["sans-serif", "system-ui", "serif"].map(
    (family) => `<alias binding="strong"><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`,
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(directory, "fonts")}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(directory, "font-cache")}</cachedir>
  ${preferred.join("\n  ")}
</fontconfig>
`;
}
