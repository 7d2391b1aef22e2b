import type { WebConfig } from "../config.ts";

/** What the frame of the settings leads to, for the partial `_settings-nav`. */
export function settingsPages({ vapidPublicKey }: Pick<WebConfig, "vapidPublicKey">) {
  return [
    { href: "/settings/profile", text: "Profile" },
    { href: "/settings/notifications", text: "Notifications" },
    ...(vapidPublicKey === null ? [] : [{ href: "/settings/push", text: "Browsers" }]),
    { href: "/settings/security", text: "Security" },
  ];
}
