/** The last line of the output; every ratio is ours divided by theirs. */
export interface Figures {
  deliver?: { perSecond: number; vsNodeEasywechat: number; vsUndici: number; cpuVsNodeEasywechat: number };
  accept?: { perSecond: number; vsOneTransactionEach: number; vsBareBatchedInsert: number };
  callback?: { perSecond: number; vsNodeEasywechat: number; p99Ms: number };
  idle?: { p50Ms: number; p99Ms: number };
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
