// A page has no status bar to paint: everything is accepted and nothing is drawn.
export function StatusBar(): null {
  return null;
}
export function setStatusBarStyle(): void {}
export function setStatusBarHidden(): void {}
export function setStatusBarBackgroundColor(): void {}
export function setStatusBarNetworkActivityIndicatorVisible(): void {}
export function setStatusBarTranslucent(): void {}
