import { describe, expect, test } from "vitest";
import { looksLikeSecret } from "./secret-files.ts";

describe("looksLikeSecret", () => {
  test.each([
    [".env"],
    [".env.local"],
    [".ENV"],
    [".env.production.local"],
    [".envrc"],
    ["apps/web/.env"],
    ["prod.env"],
    ["id_rsa"],
    ["keys/id_ed25519"],
    ["id_rsa.old"],
    ["server.pem"],
    ["SERVER.KEY"],
    ["a.p12"],
    ["a.pfx"],
    ["a.jks"],
    ["android/app/release.keystore"],
    ["AuthKey.p8"],
    [".aws"],
    [".ssh"],
    [".kube"],
    [".npmrc"],
    ["packages/a/.npmrc"],
    [".netrc"],
    ["_netrc"],
    [".pypirc"],
    [".docker/config.json"],
    ["home/.docker/config.json"],
    ["kubeconfig"],
    ["dev.kubeconfig"],
    ["my-service-account-1.json"],
    ["serviceAccountKey.json"],
    ["app-firebase-adminsdk-x1.json"],
    [".config/gcloud"],
    [".git-credentials"],
    ["infra/terraform.tfstate"],
  ])("%j looks like a secret", (path) => {
    expect(looksLikeSecret(path)).toBe(true);
  });

  test.each([
    [".env.example"],
    [".env.sample"],
    [".env.template"],
    [".env.local.example"],
    ["env.ts"],
    ["environment.ts"],
    ["src/env/index.ts"],
    ["id_rsa.pub"],
    ["id_ed25519.pub"],
    ["grid_rsa"],
    ["keys.ts"],
    ["key"],
    ["src/monkey.tsx"],
    ["pem.ts"],
    ["config.json"],
    ["docker/config.json"],
    ["aws.ts"],
    ["src/aws/client.ts"],
    ["account.json"],
    ["package.json"],
    ["credentials.tsx"],
    ["npmrc"],
    ["kube.json"],
  ])("%j does not", (path) => {
    expect(looksLikeSecret(path)).toBe(false);
  });
});
