import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/**
 * Unpacks the Chromium of the npm package `@sparticuz/chromium`; nothing has to be installed on the system. The first
 * call on a machine takes seconds, later ones find what is there.
 *
 * @param parent - Where its folder is made. Default: the system's temporary folder.
 * @returns the folder: `chromium` in it is the program, `fonts.conf` its fonts. Every user may read and none change it.
 */
export async function unpackChromium(parent: string = tmpdir()): Promise<string> {
  const require = createRequire(import.meta.url);
  const packagePath = require.resolve("@sparticuz/chromium");
  const version = /chromium@([\d.]+)/.exec(packagePath)?.[1] ?? "unknown";
  const directory = join(parent, `hivesync-chromium-${version}-shared`);
  if (existsSync(directory)) return await assertOurs(directory);
  // Into a folder of its own that is then renamed, as several processes may do so at once.
  const staging = await mkdtemp(`${directory}-`);
  // The package unpacks into the temporary folder of its process, so it gets a process with another one.
  const script = `await (await import(${JSON.stringify(pathToFileURL(packagePath).href)})).default.executablePath()`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env: { TMPDIR: staging } });
  await writeFile(join(staging, "fonts.conf"), fontConfiguration(directory));
  // Snapshots run it as another user than the one that unpacked it.
  await promisify(execFile)("chmod", ["-R", "a+rX,go-w", staging]);
  try {
    await rename(staging, directory);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  return await assertOurs(directory);
}

/** The temporary folder is everyone's: a program that another user has put there is not run. */
async function assertOurs(directory: string): Promise<string> {
  const { uid } = await stat(directory);
  if (uid !== 0 && uid !== process.getuid?.()) throw new Error(`${directory} belongs to another user.`);
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
