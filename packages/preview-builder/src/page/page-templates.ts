const HEAD = `<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">`;

/** A page of one root element that an app fills. */
export const SCRIPT_TEMPLATE = `<!doctype html>
<html lang="en"><head>${HEAD}</head><body><div id="root"></div></body></html>`;

/** The same for React Native, whose root is a flex column as high as the screen and scrolls by itself. */
export const NATIVE_TEMPLATE = `<!doctype html>
<html lang="en"><head>${HEAD}<style>
html, body { height: 100%; }
body { margin: 0; overflow: hidden; }
#root { display: flex; flex-direction: column; height: 100%; }
</style></head><body><div id="root"></div></body></html>`;
