const modules = import.meta.glob("./icons/*.svg", { query: "?url", import: "default", eager: true });

export const names = Object.keys(modules).map((path) => path.replace(/^.*\/(.*)\.svg$/, "$1"));
