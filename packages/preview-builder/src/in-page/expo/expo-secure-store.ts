// A preview keeps no secrets: what is stored is as safe as the page's own storage.
const PREFIX = "expo-secure-store:";

export async function setItemAsync(key: string, value: string): Promise<void> {
  localStorage.setItem(PREFIX + key, value);
}
export async function getItemAsync(key: string): Promise<string | null> {
  return localStorage.getItem(PREFIX + key);
}
export async function deleteItemAsync(key: string): Promise<void> {
  localStorage.removeItem(PREFIX + key);
}
export const setItem = (key: string, value: string): void => localStorage.setItem(PREFIX + key, value);
export const getItem = (key: string): string | null => localStorage.getItem(PREFIX + key);
export const isAvailableAsync = async (): Promise<boolean> => true;
export const canUseBiometricAuthentication = (): boolean => false;
export const AFTER_FIRST_UNLOCK = 0;
export const WHEN_UNLOCKED = 5;
