import { SimulatorClock } from './clock.ts';
import { DuplicateCheck } from './message/duplicate-check.ts';
import { MemberQuota } from './message/member-quota.ts';
import { changeSettings, defaultSettings, type SimulatorSettings } from './settings.ts';
import { AuthorizationBook } from './state/authorization-book.ts';
import { CallLedger } from './state/call-ledger.ts';
import { FaultTable } from './state/fault-table.ts';
import { FrequencyLimits } from './state/frequency-limits.ts';
import { Inboxes } from './state/inboxes.ts';
import { InstallCodes } from './state/install-codes.ts';
import { Registry } from './state/registry.ts';
import { SecretBan } from './state/secret-ban.ts';
import { SuiteTickets } from './state/suite-tickets.ts';
import { TokenStore } from './state/token-store.ts';
import type { SimulatorStats } from './types/records.ts';

/** Everything this WeCom knows. One event loop owns it, so every call is processed whole before the next. */
export class Simulator {
  readonly clock = new SimulatorClock();
  readonly settings: SimulatorSettings = { ...defaultSettings };
  readonly registry = new Registry();
  readonly authorizations = new AuthorizationBook(this.settings);
  readonly codes = new InstallCodes(this.clock, this.settings);
  readonly tickets = new SuiteTickets(this.clock, this.settings);
  readonly tokens = new TokenStore(this.clock, this.settings);
  readonly secretBan = new SecretBan(this.clock, this.settings);
  readonly limits = new FrequencyLimits(this.clock, this.settings);
  readonly duplicates = new DuplicateCheck(this.clock);
  readonly memberQuota = new MemberQuota(this.clock, this.settings);
  readonly inboxes = new Inboxes(this.settings);
  readonly ledger = new CallLedger(this.settings);
  readonly faults = new FaultTable(this.clock);
  readonly messageTotals = {
    messagesAccepted: 0,
    messagesSwallowed: 0,
    deliveries: 0,
    droppedByMemberLimit: 0,
    droppedUnlicensed: 0,
    droppedInactive: 0,
  } satisfies Partial<SimulatorStats>;

  private readonly startSettings: Partial<SimulatorSettings>;

  /** @param startSettings also what `reset` goes back to */
  constructor(startSettings: Partial<SimulatorSettings> = {}) {
    const problem = changeSettings(this.settings, startSettings);
    if (problem !== null) throw new Error(problem);
    this.startSettings = startSettings;
  }

  reset(): void {
    Object.assign(this.settings, defaultSettings, this.startSettings);
    this.clock.reset();
    const stores = [this.registry, this.authorizations, this.codes, this.tickets, this.tokens, this.secretBan];
    const traces = [this.limits, this.duplicates, this.memberQuota, this.inboxes, this.ledger, this.faults];
    for (const store of [...stores, ...traces]) store.clear();
    this.clearMessageTotals();
  }

  clearMessageTotals(): void {
    for (const name of Object.keys(this.messageTotals) as Array<keyof typeof this.messageTotals>) {
      this.messageTotals[name] = 0;
    }
  }
}
