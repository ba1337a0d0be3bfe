// A preview shows nothing before the app is there, so there is nothing to hide.
export const preventAutoHideAsync = async (): Promise<boolean> => true;
export const hideAsync = async (): Promise<boolean> => true;
export const hide = (): void => undefined;
export const setOptions = (): void => undefined;
