/** @type {{ createApiReference: (at: string, configuration: object) => void }} */
const scalar = Reflect.get(globalThis, "Scalar");

scalar.createApiReference("#docs", {
  url: "/openapi.json",
  // Whatever name this host was reached by: the console calls where the page came from, and nowhere else.
  servers: [{ url: location.origin }],
  authentication: { preferredSecurityScheme: "accessToken" },
  persistAuth: true,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  documentDownloadType: "json",
  operationTitleSource: "path",
  showOperationId: true,
  orderSchemaPropertiesBy: "preserve",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
});
