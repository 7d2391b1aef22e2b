import "./child-manners.ts";
import { processImage } from "../process-image.ts";
import { UnreadableImageError } from "../unreadable-image-error.ts";
import { ownUsage, showsUsage } from "./usage.ts";
import type { Answer, Fault, PhotoRequest } from "./messages.ts";

const reportEveryMs = 25;

const say = (answer: Answer) => process.send?.(answer);

process.on("message", (message) => {
  if (isRequest(message)) void answer(message).then(say);
});
if (!showsUsage) setInterval(() => say({ kind: "usage", usage: ownUsage() }), reportEveryMs);
say({ kind: "awake" });

async function answer({ path, directory }: PhotoRequest): Promise<Answer> {
  try {
    return { kind: "processed", image: await processImage(path, { directory }) };
  } catch (error) {
    const fault = describe(error);
    if (error instanceof UnreadableImageError)
      return { kind: "unreadable", reason: error.reason, fault };
    return { kind: "failed", fault };
  }
}

function describe(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack, cause } = error;
  const because = cause instanceof Error ? `${message} (${cause.message})` : message;
  return { name, message: because, stack };
}

function isRequest(message: unknown): message is PhotoRequest {
  return (
    typeof message === "object" &&
    message !== null &&
    "path" in message &&
    typeof message.path === "string" &&
    "directory" in message &&
    typeof message.directory === "string"
  );
}
