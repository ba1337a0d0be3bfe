import { z } from "zod";

const maxUrlCharacters = 2_000;

// Names that only ever mean this machine or this network: RFC 6761, RFC 8375, RFC 9476 and what clouds use.
const innerName = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|arpa|onion|alt)$/;

const writtenHost = (text: string): string | undefined => text.split("/", 3)[2]?.toLowerCase().replace(/:443$/, "");

type Rule = readonly [breaks: (text: string, url: URL) => boolean, message: string];

// The first broken rule is the answer. WHATWG URL has brought every spelling of an IPv4 address to four numbers by then.
const rules: readonly Rule[] = [
  [(text) => !/^https:\/\//i.test(text), "must begin with https://"],
  [(_, url) => url.username !== "" || url.password !== "", "must hold no login: a token is set apart from it"],
  [(_, url) => /^\[|(?:^|\.)\d+$/.test(url.hostname), "must name a host, not an address"],
  [
    (_, url) => !url.hostname.includes(".") || innerName.test(url.hostname) || url.hostname.endsWith("."),
    "must name a host of the internet",
  ],
  // URL passes over empty logins and further slashes, and decodes what is escaped: whoever reads the host without it would read another.
  [(text, url) => writtenHost(text) !== url.host, "must hold its host as it is, after two slashes"],
  [(text) => /[?#]/.test(text), "must hold no query and no fragment"],
  [(_, url) => !/[^/]/.test(url.pathname), "must name a repository"],
  // Of the text: URL has resolved dots by then, escaped ones too.
  [(text) => /%|\/\/|\/\.{1,2}(?:\/|$)/.test(text.slice("https://".length)), "must hold a plain path"],
];

/** Why a text cannot be the address of a repository, or `undefined` when it can. What its name resolves to is the worker's to check. */
export function checkRepoUrl(text: string): string | undefined {
  if (text.length > maxUrlCharacters) return `must be at most ${maxUrlCharacters} characters`;
  // URL drops tabs and line breaks and turns \ into /: what was meant is not guessed at.
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(text))
    return "must be an address without spaces, backslashes or control characters";
  const url = URL.parse(text);
  if (!url) return "must be an address such as https://github.com/owner/name.git";
  return rules.find(([breaks]) => breaks(text, url))?.[1];
}

/** The host of a repository's address, with its port when it is not 443: as the list of allowed hosts and a token's host are written. */
export function repoHost(url: string): string {
  return new URL(url).host;
}

/** The https address of a repository. Which hosts are mirrored from is the operator's to say. */
export const repoUrl = z
  .string()
  .superRefine((text, context) => {
    const message = checkRepoUrl(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .meta({
    description: "The https address of a git repository, without login, query and fragment",
    examples: ["https://github.com/example/todo.git"],
  });

// git-check-ref-format(1), and nothing that could be taken for an option.
const refRules: readonly (readonly [RegExp, string])[] = [
  [/^HEAD$/i, "is what is taken when no ref is named"],
  [/^-/, "must not begin with -"],
  // eslint-disable-next-line no-control-regex
  [/[\u0000-\u0020\u007f~^:?*[\\]/, "must not hold spaces, control characters or any of ~^:?*[\\"],
  [/\.\.|@\{|\/\/|^\/|\/$|\.$|^@$/, "must be a name that git takes"],
  [/(?:^|\/)\.|\.lock(?:\/|$)/, "must be a name that git takes"],
];

/** A branch, a tag, a full ref name or a full commit id. */
export const repoRef = z
  .string()
  .min(1)
  .max(255)
  .superRefine((text, context) => {
    if (!text.isWellFormed()) return context.addIssue({ code: "custom", message: "must be well-formed Unicode" });
    const broken = refRules.find(([pattern]) => pattern.test(text));
    if (broken) context.addIssue({ code: "custom", message: broken[1] });
  })
  .meta({ description: "A branch, a tag, a full ref name or a full commit id", examples: ["main", "v1.2.0"] });
