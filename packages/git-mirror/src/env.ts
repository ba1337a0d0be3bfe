/** Where git and what it starts are looked for: the only word of this process's environment that they are told. */
export const programPath = process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
