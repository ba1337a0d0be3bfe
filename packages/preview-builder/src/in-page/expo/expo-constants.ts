/** What an app asks of itself and its device. */
const Constants = {
  appOwnership: null,
  executionEnvironment: "bare",
  expoConfig: {
    get name() {
      return document.title;
    },
    slug: "preview",
    version: "1.0.0",
    extra: {} as Record<string, unknown>,
  },
  manifest: null,
  manifest2: null,
  deviceName: "Preview",
  isDevice: false,
  installationId: "preview",
  sessionId: "preview",
  statusBarHeight: 0,
  systemFonts: [] as string[],
  platform: { web: {} },
  getWebViewUserAgentAsync: async () => navigator.userAgent,
};

export const AppOwnership = { Expo: "expo" };
export const ExecutionEnvironment = { Bare: "bare", Standalone: "standalone", StoreClient: "storeClient" };
export default Constants;
