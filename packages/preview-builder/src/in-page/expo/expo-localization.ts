/** A browser may be set to what is no locale, as "C" or "en-US@posix". */
function localeNamed(tag: string): Intl.Locale {
  try {
    return new Intl.Locale(tag);
  } catch {
    return new Intl.Locale("en");
  }
}

function localeOf(name: string) {
  const known = localeNamed(name);
  const { language, region, script } = known;
  const tag = known.toString();
  return {
    languageTag: tag,
    languageCode: language,
    languageScriptCode: script ?? null,
    regionCode: region ?? null,
    currencyCode: null,
    currencySymbol: null,
    decimalSeparator: (1.1).toLocaleString(tag).charAt(1),
    digitGroupingSeparator: (10_000).toLocaleString(tag).replaceAll(/\d/g, "").charAt(0),
    textDirection: "ltr",
    measurementSystem: region === "US" ? "us" : "metric",
    temperatureUnit: region === "US" ? "fahrenheit" : "celsius",
  };
}

export const getLocales = () => navigator.languages.map(localeOf);
export const useLocales = () => getLocales();
export function getCalendars() {
  const { timeZone, calendar } = Intl.DateTimeFormat().resolvedOptions();
  return [{ calendar, timeZone, uses24hourClock: null, firstWeekday: 2 }];
}
export const useCalendars = () => getCalendars();
export const locale = navigator.language;
export const locales = navigator.languages;
export const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const isRTL = false;
export const region = localeNamed(navigator.language).region ?? null;
