/** Ends one photo's journey; the message is shown to the person. */
export class UploadError extends Error {
  /** @param {string} message @param {{ again?: boolean }} [options] again: worth another try without being asked */
  constructor(message, { again = false } = {}) {
    super(message);
    this.again = again;
  }
}
