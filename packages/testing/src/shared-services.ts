import type { StorageOptions } from "@hivesync/platform/storage/client";

/** The migrated database that each test file's own is copied from. */
export const templateDatabase = "hivesync_template";

/** What `startServices` started, as those who use it are told. */
export interface SharedServices {
  /** The superuser's URL. */
  postgresUrl: string;
  /** Password of the roles `hivesync_api`, `hivesync_worker` and `hivesync_maintenance`. */
  rolePassword: string;
  redisUrl: string;
  storage: StorageOptions;
  /** The program that puts walls around builds; undefined where there is none to be had. */
  bubblewrap: string | undefined;
}
