import type { PhotoFailure } from "@tendril/storage";

export type Expectation =
  | { status: "ready"; contentType: string; width: number; height: number }
  | { status: "failed"; reason: PhotoFailure };

export type AwkwardPicture = {
  /** Names it in tests. */
  name: string;
  /** What its owner's computer calls it: not always the truth. */
  fileName: string;
  bytes(): Promise<Buffer>;
  expected: Expectation;
};

export function ready(contentType: string, width: number, height: number): Expectation {
  return { status: "ready", contentType, width, height };
}

export function failed(reason: PhotoFailure): Expectation {
  return { status: "failed", reason };
}
