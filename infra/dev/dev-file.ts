/** What `.hivesync/dev.json` holds: all that a tool or a test needs to use the stack. */
export interface DevFile {
  /** The origin of the API as this machine reaches it, without a path. */
  api_url: string;
  /** The page to read about the API and to try it. */
  docs_url: string;
  /** The console of the site's operator; `admin` signs in there. */
  admin_url: string;
  /** Where the Desktop answers, with its path. Programs find it by themselves. */
  desktop_url: string;
  /** Null when the example could not be built. */
  preview_url: string | null;
  admin: { email: string; password: string };
  user: { email: string; password: string };
  /** Signs in as the owner of the database. */
  database_url: string;
  redis_url: string;
  s3: { endpoint: string; bucket: string; access_key_id: string; secret_access_key: string };
  /** Signs the callbacks of workers, base64. */
  worker_secret: string;
  /** Of the processes that were started here, by name. */
  pids: Record<string, number>;
}
