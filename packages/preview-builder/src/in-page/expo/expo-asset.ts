import { useState } from "react";

/** An asset of the app, which is in the page already. */
export class Asset {
  readonly name: string;
  readonly type: string;
  readonly uri: string;
  readonly localUri: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly downloaded = true;

  constructor(source: unknown) {
    const row = (typeof source === "object" && source !== null ? source : { uri: String(source) }) as {
      uri: string;
      width?: number;
      height?: number;
    };
    this.name = "asset";
    this.type = /^data:\w+\/([\w+-]+)/.exec(row.uri)?.[1] ?? "";
    this.uri = row.uri;
    this.localUri = row.uri;
    this.width = row.width ?? null;
    this.height = row.height ?? null;
  }

  static fromModule(source: unknown): Asset {
    return new Asset(source);
  }
  static fromURI(uri: string): Asset {
    return new Asset(uri);
  }
  static async loadAsync(sources: unknown): Promise<Asset[]> {
    return [sources].flat().map((source) => new Asset(source));
  }
  async downloadAsync(): Promise<this> {
    return this;
  }
}

export function useAssets(sources: unknown): [Asset[] | undefined, Error | undefined] {
  const [assets] = useState(() => [sources].flat().map((source) => new Asset(source)));
  return [assets, undefined];
}
