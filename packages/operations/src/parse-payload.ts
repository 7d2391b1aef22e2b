/** What a job's payload holds, which may be anything: null when it is not even JSON. */
export function parsePayload(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
