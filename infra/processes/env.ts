/** Where programs are looked for. All else that a process knows, its starter gives it. */
export const searchPath = process.env.PATH ?? "";
