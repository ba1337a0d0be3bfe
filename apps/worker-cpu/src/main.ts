import path from "node:path";
import { startQuickly } from "@hivesync/platform/quick-start";

await startQuickly(path.dirname(import.meta.dirname), () => import("./work.ts"));
