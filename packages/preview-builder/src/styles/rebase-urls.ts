import { posix } from "node:path";
import type { ProjectFiles } from "#project/project-files.ts";

const URL_TOKEN = /\burl\(\s*(["']?)([^"')]+)\1\s*\)/g;
/** Of another place already, or put together by a preprocessor. */
const NOT_RELATIVE = /^\s*(?:[a-z][a-z\d+.-]*:|[/#$@~])|#\{|^\s*var\(/i;

/**
 * Makes what a stylesheet's `url()` say of the folder that it lies in true for whoever it is put into: paths from the
 * project's root. What is no file of the project stays as it is.
 */
export function rebaseUrls(css: string, directory: string, files: Pick<ProjectFiles, "has">): string {
  return css.replaceAll(URL_TOKEN, (whole, _quote, url: string) => {
    if (NOT_RELATIVE.test(url)) return whole;
    const [, bare = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(url.trim()) ?? [];
    const path = posix.join(directory, bare);
    return files.has(path) ? `url(${JSON.stringify(`/${path}${rest}`)})` : whole;
  });
}
