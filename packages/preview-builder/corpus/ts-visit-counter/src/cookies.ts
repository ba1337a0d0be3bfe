export function setCookie(name: string, value: string): void {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=3600; SameSite=Lax`;
}

export function cookie(name: string): string | undefined {
  const rows = document.cookie.split("; ").map((row) => row.split("="));
  const found = rows.find(([key]) => key === name)?.[1];
  return found === undefined ? undefined : decodeURIComponent(found);
}
