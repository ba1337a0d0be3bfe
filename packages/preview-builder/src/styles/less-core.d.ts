/// <reference types="less" />

/** Less without the host: its own entry brings along managers that read the host's files and run plugins. */
declare module "less/lib/less/index.js" {
  const createLess: (environment: object, fileManagers: readonly Less.AbstractFileManager[]) => LessStatic;
  export default createLess;
}
