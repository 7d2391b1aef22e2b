/** @import { Post } from "./api.js" */

import { limits } from "./page.js";
import { UploadError } from "./upload-error.js";

/** Straight to the bucket. @param {File} file @param {Post} target @param {(sent: number) => void} progress @returns {Promise<void>} */
export function transfer(file, target, progress) {
  const body = new FormData();
  for (const [name, value] of Object.entries(target.fields)) body.append(name, value);
  body.append("file", file); // S3 ignores every field after the file.
  const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress.
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) =>
      progress(event.lengthComputable ? event.loaded / event.total : 0),
    );
    request.addEventListener("error", async () => {
      const message = (await galleryAnswers())
        ? "The photo storage does not answer."
        : "The connection was lost.";
      reject(new UploadError(message, { again: true }));
    });
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      if (status < 300) resolve();
      else if (responseText.includes("EntityTooLarge"))
        reject(new UploadError(`At most ${limits.maxText} can be sent.`));
      else
        reject(
          new UploadError("The photo could not be stored.", {
            again: status !== 400 || responseText.includes("Expired"),
          }),
        );
    });
    request.open("POST", target.url);
    request.send(body);
  });
}

/** Which of the two is away, the storage or the way out: the browser does not tell. @returns {Promise<boolean>} */
function galleryAnswers() {
  const request = fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
  return request.then(
    () => true,
    () => false,
  );
}
