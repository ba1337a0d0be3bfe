export const readPage = (html: string) => ({ from: `${html.length} characters from the page itself`, html });
