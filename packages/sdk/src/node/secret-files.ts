// Names, not contents: a rule must be cheap enough for every entry of a folder, and explain itself when it is met.
const secretNames: readonly RegExp[] = [
  /^\.env(?!.*\.(?:example|sample|template)$)/iu,
  // `hivesync.env` is where people put what a preview may show.
  /^(?!hivesync\.env$).+\.env$/iu,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?!.*\.pub$)/iu,
  /\.(?:pem|key|p8|p12|pfx|jks|keystore|ppk|kubeconfig|tfstate)$/iu,
  /^(?:\.npmrc|\.netrc|_netrc|\.pypirc|\.pgpass|\.htpasswd|\.dockercfg|\.git-credentials|\.vault-token|kubeconfig)$/iu,
  /(?:service[-_]?account|firebase-adminsdk|client_secret|application_default_credentials).*\.json$/iu,
  /^\.(?:aws|azure|gcloud|gnupg|kube|ssh)$/iu,
];

const secretPaths = /(?:^|\/)(?:\.docker\/config\.json|\.config\/gcloud)$/iu;

/**
 * Whether a file or folder is likely to hold a secret: `.env*` (but for `.env.example`, `.sample` and `.template`), `*.env` (but for `hivesync.env`),
 * private keys and key stores, and the credentials of clouds, registries and clusters. Judged by the path alone.
 *
 * @param path Relative to the published folder, separated by `/`.
 *
 * @example
 * looksLikeSecret("apps/web/.env.local"); // true
 * looksLikeSecret("apps/web/.env.example"); // false
 */
export function looksLikeSecret(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return secretNames.some((pattern) => pattern.test(name)) || secretPaths.test(path);
}
