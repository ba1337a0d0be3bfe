const INNER = /^(?:react-native\/Libraries\/(?:.*\/)?|react-native-web\/dist\/(?:cjs\/)?exports\/)(\w+)$/;

/** What libraries take out of the inside of React Native: mostly what it also exports, or the way to a native component. */
export function innerNativeModule(specifier: string): string | undefined {
  const name = INNER.exec(specifier)?.[1];
  if (name === undefined) return undefined;
  const text = JSON.stringify(name);
  return `const { "react-native": rn, "hivesync:stand-in": made } = globalThis.__hivesync.modules;
module.exports = ${text} in rn ? { __esModule: true, default: rn[${text}], [${text}]: rn[${text}] } : Object.create(made.standIn(${text}));`;
}
