// The viewer's own device decides when its screen sleeps.
export const useKeepAwake = (): void => undefined;
export const activateKeepAwake = (): void => undefined;
export const activateKeepAwakeAsync = async (): Promise<void> => undefined;
export const deactivateKeepAwake = async (): Promise<void> => undefined;
export const isAvailableAsync = async (): Promise<boolean> => false;
