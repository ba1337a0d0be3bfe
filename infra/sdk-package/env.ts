/** What npm is run with: its registry and cache are those of whoever runs this. */
export const environment: NodeJS.ProcessEnv = process.env;
