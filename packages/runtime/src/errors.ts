type AppErrorOptions = {
  /** Stable, for programs; the message is for people. */
  code: string;
  /** The HTTP status that a web tier answers with. */
  status: number;
  cause?: unknown;
  /** Seconds after which it makes sense to try again. */
  retryAfter?: number;
};

/** An error whose message may be shown to the person who caused it. */
export class AppError extends Error {
  override readonly name: string = "AppError";
  readonly code: string;
  readonly status: number;
  readonly retryAfter: number | undefined;

  constructor(message: string, { code, status, cause, retryAfter }: AppErrorOptions) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export class InvalidInputError extends AppError {
  override readonly name = "InvalidInputError";
  /** Messages by field name; "" is for the whole. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(message: string, fields: Readonly<Record<string, string>> = { "": message }) {
    super(message, { code: "invalid-input", status: 422 });
    this.fields = fields;
  }
}

export class BadRequestError extends AppError {
  override readonly name = "BadRequestError";
  constructor(message: string) {
    super(message, { code: "bad-request", status: 400 });
  }
}

export class SignInRequiredError extends AppError {
  override readonly name = "SignInRequiredError";
  /** The page to go on with after signing in; if not said, that of the request itself or of its form. */
  readonly back: string | undefined;

  constructor(back?: string) {
    super("Sign in to go on.", { code: "sign-in-required", status: 401 });
    this.back = back;
  }
}

export class ForbiddenError extends AppError {
  override readonly name = "ForbiddenError";
  constructor(message: string) {
    super(message, { code: "forbidden", status: 403 });
  }
}

export class NotFoundError extends AppError {
  override readonly name = "NotFoundError";
  constructor(
    message = "There is nothing here. It may have been removed, or the address is not right.",
  ) {
    super(message, { code: "not-found", status: 404 });
  }
}

export class ConflictError extends AppError {
  override readonly name = "ConflictError";
  constructor(message: string) {
    super(message, { code: "conflict", status: 409 });
  }
}

export class TooLargeError extends AppError {
  override readonly name = "TooLargeError";
  constructor(message: string) {
    super(message, { code: "too-large", status: 413 });
  }
}

export class TooManyRequestsError extends AppError {
  override readonly name = "TooManyRequestsError";
  constructor(message: string, retryAfter: number) {
    super(message, { code: "too-many-requests", status: 429, retryAfter });
  }
}

/** What a process depends on and cannot do without for some of its work. */
export const dependencies = ["database", "redis", "s3", "sqs", "ses"] as const;
export type Dependency = (typeof dependencies)[number];

/** Something that this process depends on is away; the same request may succeed later. */
export class UnavailableError extends AppError {
  override readonly name = "UnavailableError";
  readonly dependency: Dependency;

  constructor(dependency: Dependency, message: string, options: { cause?: unknown } = {}) {
    super(message, { code: "unavailable", status: 503, retryAfter: 10, ...options });
    this.dependency = dependency;
  }
}

/** A job that no further attempt can help. */
export class PermanentJobError extends AppError {
  override readonly name = "PermanentJobError";
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { code: "permanent-job-failure", status: 500, ...options });
  }
}

/** A job that could not be begun, through no fault of its own; it comes back after that many seconds, uncharged. */
export class NotYetError extends AppError {
  override readonly name = "NotYetError";
  override readonly retryAfter: number;
  constructor(message: string, retryAfter: number) {
    super(message, { code: "not-yet", status: 503, retryAfter });
    this.retryAfter = retryAfter;
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join("; ");
  return thrown instanceof Error ? thrown.message : String(thrown);
}
