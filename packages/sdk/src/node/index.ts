export { createHiveSync, type NodeHiveSync, type NodeHiveSyncOptions, type NodePreviews } from "./create-hivesync.ts";
export { CredentialStoreError } from "./credentials/credential-store-error.ts";
export {
  createCredentialStore,
  type CredentialStoreKind,
  type CredentialStoreOptions,
  type NodeCredentialStore,
} from "./credentials/create-credential-store.ts";
export { openDesktop, type Desktop, type DesktopStatus } from "./desktop/open-desktop.ts";
export { createDirectorySource } from "./directory-source.ts";
export type { DocsDirectory, NodeDocs } from "./docs.ts";
export { LocalFileError } from "./local-file-error.ts";
export type { WatchEvent, WatchOptions } from "./watch-previews.ts";
