/** Accessors of `document.cookie` over a map (RFC 6265, as far as a page that stands alone can tell). */
export function memoryCookies(jar: Map<string, string>, onChange: () => void) {
  return {
    get: (): string => [...jar].map(([name, value]) => (name === "" ? value : `${name}=${value}`)).join("; "),
    set: (cookie: unknown): void => {
      const [pair = "", ...attributes] = String(cookie).split(";");
      const [, name = "", value = ""] = /^(?:([^=]*)=)?(.*)$/s.exec(pair) ?? [];
      if (isOver(attributes)) jar.delete(name.trim());
      else jar.set(name.trim(), value.trim());
      onChange();
    },
  };
}

/** Whether the attributes end the cookie. One that ends later lives as long as the page: previews are short. */
function isOver(attributes: readonly string[]): boolean {
  const values = new Map(
    attributes.map((attribute) => {
      const [name = "", value = ""] = attribute.split("=", 2);
      return [name.trim().toLowerCase(), value.trim()] as const;
    }),
  );
  const maxAge = values.get("max-age");
  if (maxAge !== undefined && maxAge !== "" && Number.isFinite(Number(maxAge))) return Number(maxAge) <= 0;
  return Date.parse(values.get("expires") ?? "") <= Date.now();
}
