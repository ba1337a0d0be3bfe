/** What a package gets under a name. */
export type PackageEdge =
  /** The package of this id. */
  | { readonly to: string }
  /** What the page has already: a prebuilt part or a stand-in. */
  | { readonly host: true }
  /** Nothing, and it can do without. */
  | { readonly absent: true };

/** A package in one version, with what it gets under each name that it may import. */
export interface PackageInstance {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly edges: Readonly<Record<string, PackageEdge>>;
}

/** The packages behind the names that a project imports. Nothing is hoisted: a name leads where its package says. */
export interface PackageGraph {
  readonly roots: Readonly<Record<string, PackageEdge>>;
  /** By id: `name@version`, with a number behind it where one version is there with different edges. */
  readonly instances: Readonly<Record<string, PackageInstance>>;
}
