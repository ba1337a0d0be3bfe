/**
 * Names everything that decides what a build makes of the same files: part of a job's `input_key` and of the runtime
 * cache's. The first number rises with every change of the output; a test holds the versions to what is installed.
 */
export const BUILDER_VERSION = "3 esbuild@0.28.2 react@19.3.1 react-dom@19.3.1 react-native-web@0.21.4";
