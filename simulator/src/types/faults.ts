/** Empty means every call. `path` is written with or without `/cgi-bin/`. */
export interface FaultScope {
  path?: string;
  corpId?: string;
  suiteId?: string;
}

export type FaultEffect =
  | { kind: 'errcode'; errcode: number; errmsg?: string }
  /** Waits `ms` (or a random time up to `upToMs`), then goes on, also to further faults. */
  | { kind: 'latency'; ms: number; upToMs?: number }
  /** The connection dies; nothing was processed. */
  | { kind: 'drop-before' }
  /** Processed in full, then the connection dies unanswered. */
  | { kind: 'drop-after' }
  /** Takes the call and never answers. */
  | { kind: 'hang'; processed?: boolean }
  /** An HTML error page, by default 502 and unprocessed. */
  | { kind: 'bad-gateway'; status?: number; processed?: boolean }
  /** Processed; the JSON answer stops half-way although the HTTP answer is complete. */
  | { kind: 'truncated-json' }
  /** 45009 for so many seconds of the simulator's clock, from now on. */
  | { kind: 'frequency-window'; seconds: number }
  /** Processed; the answer comes in small pieces. */
  | { kind: 'slow-drip'; bytesPerSecond?: number }
  /** Any answer at all. */
  | { kind: 'answer'; body: string; status?: number; contentType?: string; processed?: boolean };

export interface FaultLimits {
  /** Fires at most so often. */
  times?: number;
  /** Lets so many matching calls pass first. */
  skip?: number;
  probability?: number;
  /** Makes `probability` and `upToMs` repeatable. */
  seed?: number;
  /** Ends after so many seconds of the simulator's clock. */
  forSeconds?: number;
}

export type FaultDefinition = FaultScope & FaultLimits & FaultEffect;

export type FaultView = FaultDefinition & { id: number; hits: number; active: boolean };

export interface InvalidateTokensRequest {
  kind?: 'corp' | 'suite' | 'provider' | 'all';
  corpId?: string;
  suiteId?: string;
}
