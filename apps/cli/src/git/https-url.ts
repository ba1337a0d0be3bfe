/** An address over https, and whether a login was taken out of it. */
export interface HttpsUrl {
  url: string;
  hadLogin: boolean;
}

// Where ssh is let through by the port of https, by another name.
const sshOnlyHosts: Readonly<Record<string, string>> = {
  "ssh.github.com": "github.com",
  "altssh.gitlab.com": "gitlab.com",
  "altssh.bitbucket.org": "bitbucket.org",
};

// As git reads it: what stands before the first colon is a host unless a slash comes first. One letter is a drive.
const scpForm = /^(?:[^@/:\s]+@)?([^@/:\s]{2,}):(?!\/\/)\/?([^\s]+)$/u;

/** The https address of what git calls `https://…`, `ssh://git@host/…` or `git@host:…`; undefined for any other place. */
export function toHttpsUrl(address: string): HttpsUrl | undefined {
  const [, scpHost, scpPath] = scpForm.exec(address) ?? [];
  if (scpHost !== undefined && scpPath !== undefined && !scpPath.startsWith(":")) return ofSsh(scpHost, scpPath);
  const url = URL.parse(address);
  if (!url?.host) return undefined;
  if (url.protocol === "ssh:") return ofSsh(url.hostname, url.pathname.slice(1));
  if (url.protocol !== "https:") return undefined;
  const hadLogin = url.username !== "" || url.password !== "";
  // What holds no login is passed on as it was written: the server says what is wrong with it.
  if (!hadLogin) return { url: address, hadLogin };
  url.username = "";
  url.password = "";
  return { url: url.href, hadLogin };
}

function ofSsh(host: string, path: string): HttpsUrl {
  const name = host.toLowerCase();
  return { url: `https://${sshOnlyHosts[name] ?? name}/${path}`, hadLogin: false };
}

/** Whether two https addresses mean the same repository. */
export function isSameRepository(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(address: string): string {
  return (URL.parse(address)?.href ?? address).replace(/\/+$/u, "").replace(/\.git$/u, "");
}
