// A frame opens links beside it.
export async function openBrowserAsync(url: string): Promise<{ type: string }> {
  window.open(url, "_blank", "noopener");
  return { type: "opened" };
}
export const openAuthSessionAsync = (url: string): Promise<{ type: string }> => openBrowserAsync(url);
export const maybeCompleteAuthSession = (): { type: string; message: string } => ({ type: "failed", message: "" });
export const dismissBrowser = async (): Promise<{ type: string }> => ({ type: "dismiss" });
export const dismissAuthSession = (): void => undefined;
export const warmUpAsync = async (): Promise<object> => ({});
export const coolDownAsync = async (): Promise<object> => ({});
export const WebBrowserResultType = { CANCEL: "cancel", DISMISS: "dismiss", OPENED: "opened", LOCKED: "locked" };
export const WebBrowserPresentationStyle = {
  AUTOMATIC: "automatic",
  CURRENT_CONTEXT: "currentContext",
  FORM_SHEET: "formSheet",
  FULL_SCREEN: "fullScreen",
  OVER_CURRENT_CONTEXT: "overCurrentContext",
  OVER_FULL_SCREEN: "overFullScreen",
  PAGE_SHEET: "pageSheet",
  POPOVER: "popover",
};
