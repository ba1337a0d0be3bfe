import type { Access } from "./access.ts";
import type { RateKey } from "./endpoint.ts";
import {
  deviceLimits,
  generalCallsPerMinute,
  loginFailures,
  openStreams,
  registrationsPerHour,
  tierLimits,
  tiers,
  type TierLimits,
} from "./tiers.ts";

/** Who may call an endpoint, in words for the documentation: "member", "site admin". */
export function accessWords(access: Access): string {
  switch (access.kind) {
    case "public":
      return "anyone";
    case "user":
      return "signed in";
    case "site":
      return "site admin";
    case "worker":
      return "worker signature";
    case "role":
    case "role_or_preview": {
      const others = [
        access.orAuthor ? "the author" : undefined,
        access.orSelf === undefined ? undefined : "oneself",
        access.kind === "role_or_preview" ? "the preview's token" : undefined,
      ];
      return [access.minimum.toLowerCase(), ...others.filter((other) => other !== undefined)].join(", or ");
    }
  }
}

function perTier(countOf: (limits: TierLimits) => number | string): string {
  return `by tier, ${tiers.map((tier) => `${countOf(tierLimits[tier])} (${tier})`).join(", ")}`;
}

function inMinutes({ count, perSeconds }: TierLimits["repoSyncs"]): string {
  return perSeconds === 60 ? `${count} a minute` : `${count} in ${perSeconds / 60} minutes`;
}

/** How often an endpoint may be called, in words for the documentation; empty where nothing counts. */
export const limitWords: Readonly<Record<RateKey, string>> = {
  none: "",
  general: `${generalCallsPerMinute} a minute`,
  login: `${loginFailures.perAccountAndAddress} failures of an account at an address in ${loginFailures.windowSeconds / 60} minutes`,
  register: `${registrationsPerHour} an hour and address`,
  device: `${deviceLimits.startsPerMinute} a minute and address`,
  preview_request: `${perTier(({ previewsPerMinute }) => previewsPerMinute)} a minute`,
  ai_job: `${perTier(({ aiJobsPerMinute }) => aiJobsPerMinute)} a minute`,
  repo_sync: perTier(({ repoSyncs }) => inMinutes(repoSyncs)),
  stream: `${generalCallsPerMinute} a minute, ${openStreams.perUser} open at once, ${openStreams.perPreviewLink} by one preview's link`,
};
