/** One thing wrong with a request, named so that its sender can mend it without reading our source. */
export interface ProblemField {
  /** Path as in the JSON that was sent: `miniprogram_notice.content_item[2].key`, or a header or query parameter. */
  readonly field: string;
  /** Stable word for the rule: `required`, `max_bytes`, `unknown_field` … */
  readonly rule: string;
  readonly message: string;
  /** What would be accepted. */
  readonly limit?: string | number;
  /** Shape of what was given (length, type), never the content of free text. */
  readonly given?: string | number | boolean;
  /** WeCom's page that decides the rule, `d:90372`. */
  readonly doc?: string;
}

/** What a caller of ours is told about a failure; the filter writes it as `application/problem+json`. */
export interface Problem {
  /** Stable, for machines: `corp_not_found`. */
  readonly code: string;
  readonly status: number;
  /** The same words for every occurrence of `code`. */
  readonly title: string;
  /** What is particular to this occurrence. Never a secret, never a piece of somebody else's data. */
  readonly detail?: string;
  readonly fields?: readonly ProblemField[];
  readonly retryAfterSeconds?: number;
}

/**
 * Base of every failure that has something to say to whoever called us. Whatever is not a DomainError answers a bare 500.
 * `cause` is for the log of the process only and never part of an answer.
 */
export class DomainError extends Error implements Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly fields?: readonly ProblemField[];
  readonly retryAfterSeconds?: number;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.name = new.target.name;
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.fields = problem.fields;
    this.retryAfterSeconds = problem.retryAfterSeconds;
  }
}
