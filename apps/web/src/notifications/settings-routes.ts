import express, { Router, type Request, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { errorsByField } from "../http/form-errors.ts";
import { flash } from "../http/flash.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { settingsPages } from "../http/settings-pages.ts";
import { presentDigests, presentWishes, presentZones } from "./present-settings.ts";
import { findSettings, saveSettings, settingsForm, wishesIn, type Wish } from "./settings.ts";
import { findMailTrouble, tryAddressAgain } from "./suppression.ts";

const text = z.string().catch("");
const asSent = z.object({ digest: text, time_zone: text }).catchall(z.unknown());

type Form = { wishes: Wish[]; digest: string; timeZone: string };

/** What a person is told, how, and when. */
export function notificationSettingsRoutes(context: WebContext): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });

  router.get("/settings/notifications", async (req, res) => {
    await show(req, res);
  });

  router.post("/settings/notifications", form, async (req, res) => {
    const viewer = signedIn(req);
    const read = settingsForm.safeParse(req.body ?? {});
    if (!read.success) {
      const { digest, time_zone: timeZone, ...boxes } = asSent.parse(req.body ?? {});
      const sent = { wishes: wishesIn(boxes), digest, timeZone };
      return show(req, res.status(422), sent, errorsByField(read.error));
    }
    await saveSettings(context, viewer.id, read.data);
    flash(res, "settings-saved");
    res.redirect(303, "/settings/notifications");
  });

  router.post("/settings/notifications/try-again", form, async (req, res) => {
    await tryAddressAgain(context, signedIn(req).id);
    flash(res, "address-tried");
    res.redirect(303, "/settings/notifications");
  });

  const show = async (
    req: Request,
    res: Response,
    sent?: Form,
    errors: Record<string, string> = {},
  ) => {
    const viewer = signedIn(req);
    const { email, emailVerified, ...stored } = await findSettings(context, viewer.id);
    const { wishes, digest, timeZone } = sent ?? { ...stored, timeZone: stored.timeZone ?? "" };
    renderPage(
      context,
      req,
      res,
      "notifications/settings",
      {
        title: "Notification settings",
        robots: "noindex",
        scripts: ["scripts/time-zone.js"],
      },
      {
        email,
        emailVerified,
        mailTrouble: await findMailTrouble(context, email),
        wishes: presentWishes(wishes),
        digests: presentDigests(digest),
        zones: presentZones(timeZone),
        errors,
        settingsPages: settingsPages(context.config),
        offersPush: context.config.vapidPublicKey !== null,
      },
    );
  };

  return router;
}
