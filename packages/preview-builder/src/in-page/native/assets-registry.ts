// Metro numbers the assets of a React Native app; here each is what it is, so nothing is ever looked up.
export function registerAsset(asset: unknown): unknown {
  return asset;
}
export function getAssetByID(): undefined {
  return undefined;
}
