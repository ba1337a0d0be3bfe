/**
 * How the bundler names modules. All that begin with `vfs` are files of the project; the rest of the name says how a
 * file is taken, so that the same file can be in a bundle in several ways. Nothing is ever in the namespace `file`.
 */
export const NAMESPACES = {
  /** By the file's ending. */
  file: "vfs",
  /** As text. */
  raw: "vfs-raw",
  /** As a data URL. */
  url: "vfs-url",
  /** As an array of bytes. */
  bytes: "vfs-bytes",
  /** A style as text, compiled. */
  inline: "vfs-inline",
  /** An SVG as a component. */
  component: "vfs-component",
  /** A WebAssembly module as a function that starts it. */
  init: "vfs-init",
  /** A script as the class of a worker that runs it. */
  worker: "vfs-worker",
  /** A script as the address of a worker that runs it. */
  workerUrl: "vfs-workerurl",
  /** A script or style inside an HTML page: `index.html?0` is the first. */
  part: "vfs-part",
  /** What a `data:` URL holds; the path is a hash of it. */
  data: "data",
  /** A module of a prebuilt runtime. */
  runtime: "runtime",
  /** The package.json of a package that is a runtime part. */
  described: "described",
  /** What package.json leaves out of pages. */
  empty: "empty",
  /** What `require` gives of a package's module. */
  required: "package-required",
  /** A package's stylesheet, with all that it imports. */
  packageStyle: "package-style",
  /** A generated entry. */
  generated: "hivesync",
} as const;

export type FileNamespace =
  | "vfs"
  | "vfs-raw"
  | "vfs-url"
  | "vfs-bytes"
  | "vfs-inline"
  | "vfs-component"
  | "vfs-init"
  | "vfs-worker"
  | "vfs-workerurl";
