import { defaultDesktopPort } from "@hivesync/contracts/desktop";
import { logVariables, port, readEnvironment } from "@hivesync/platform/env";
import { z } from "zod";

const variables = z.object({
  ...logVariables,
  /** The API's origin, spelled as clients spell their `baseUrl`: that is what they find this Desktop by. */
  HIVESYNC_API_URL: z.url({ protocol: /^https?$/ }),
  /** Any other that is free serves as well when this one is taken; 0 is any. */
  HIVESYNC_DESKTOP_PORT: port.default(defaultDesktopPort),
  /** Where clients find it. The user's runtime folder when absent. */
  HIVESYNC_RUNTIME_DIRECTORY: z.string().optional(),
  /** Where it keeps which folders are linked, and its log. In the user's configuration folder when absent. */
  HIVESYNC_DESKTOP_DIRECTORY: z.string().optional(),
  /** Where its log lies, instead of the folder above. */
  HIVESYNC_LOG_DIRECTORY: z.string().optional(),
});

export type DesktopEnvironment = z.output<typeof variables>;

/** The Desktop's settings from the environment. The credential store reads its own (see `createCredentialStore` of the SDK). */
export function readDesktopEnvironment(source?: Readonly<Record<string, string | undefined>>): DesktopEnvironment {
  return readEnvironment(variables, source);
}
