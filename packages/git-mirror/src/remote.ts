/** The operator's settings: which hosts may be asked at all. */
export interface RemoteAccess {
  /** Exact and in lower case, with the port when it is not 443: `github.com`, `git.example.org:8443`. */
  hosts: readonly string[];
  /** For tests alone: of these hosts (also with their port) an address of loopback is taken too. */
  loopbackHosts?: readonly string[];
  /** A PEM file of certificate authorities that are trusted besides the usual ones: for the hosts of a company, and for tests. */
  caFile?: string;
  /** All addresses of a name. Default: the system's resolver. */
  lookup?: (host: string) => Promise<string[]>;
}

/** A repository at a host. */
export interface Remote {
  /** `https://host[:port]/path`, without a user or a query. */
  url: string;
  /** Given to that host alone, and only when it asks. */
  credentials?: { username: string; password: string } | undefined;
}
