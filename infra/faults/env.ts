/** Where programs are looked for. All else that a process under test knows, the test gives it. */
export const searchPath = process.env.PATH ?? "";
