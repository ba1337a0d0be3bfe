// What a host wants to hear beside a token. Sources: the hosts' own pages on access by token over HTTPS.
const usernames: Readonly<Record<string, string>> = {
  "github.com": "x-access-token",
  "gitlab.com": "oauth2",
  "bitbucket.org": "x-token-auth",
};

/** The user name that goes with a token where none was given: most hosts take any. */
export function tokenUsername(host: string): string {
  return usernames[host] ?? "git";
}
