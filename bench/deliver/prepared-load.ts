export interface PreparedLoad {
  readonly url: string;
  readonly corps: number;
  readonly notices: number;
  readonly concurrency: number;
  /** Part of every body, so that no two rounds send the same one. */
  readonly round: string;
}
