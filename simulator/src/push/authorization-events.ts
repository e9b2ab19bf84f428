import { ticketDocument, xmlDocument } from '../callback-xml.ts';
import type { Simulator } from '../simulator.ts';
import type { PushRecord, XmlFields } from '../types/pushes.ts';
import { commandTarget } from './push-target.ts';
import type { Pusher } from './pusher.ts';

/** Pushes the authorization family to the command URL of a suite (authorization.md §3.1). */
export class AuthorizationEvents {
  private readonly simulator: Simulator;
  private readonly pusher: Pusher;

  constructor(simulator: Simulator, pusher: Pusher) {
    this.simulator = simulator;
    this.pusher = pusher;
  }

  /** d:90628. The new ticket counts even when nobody took it. */
  suiteTicket(suiteId: string): Promise<PushRecord> {
    const target = commandTarget(this.simulator, suiteId, null);
    const ticket = this.simulator.tickets.make(suiteId);
    const plaintext = ticketDocument(suiteId, ticket, this.simulator.clock.seconds());
    const { pushDeadlineMs: deadlineMs } = this.simulator.settings;
    return this.pusher.push({ target, event: 'suite_ticket', plaintext, deadlineMs });
  }

  /** d:100964. Names no corp: only the exchange of the code reveals it. */
  createAuthorization(suiteId: string, corpId: string, authCode: string, state: string): Promise<PushRecord> {
    return this.push('create_auth', suiteId, corpId, { AuthCode: authCode }, { State: state, ExtraInfo: {} });
  }

  /** d:100964 */
  changeAuthorization(suiteId: string, corpId: string, state: string): Promise<PushRecord> {
    return this.push('change_auth', suiteId, corpId, {}, { AuthCorpId: corpId, State: state, ExtraInfo: {} });
  }

  /** d:100964 */
  cancelAuthorization(suiteId: string, corpId: string): Promise<PushRecord> {
    return this.push('cancel_auth', suiteId, corpId, {}, { AuthCorpId: corpId });
  }

  /** d:94758, customised apps. Names no corp either. */
  resetPermanentCode(suiteId: string, corpId: string, authCode: string): Promise<PushRecord> {
    return this.push('reset_permanent_code', suiteId, corpId, { AuthCode: authCode }, {});
  }

  private push(
    infoType: string,
    suiteId: string,
    corpId: string,
    before: XmlFields,
    after: XmlFields,
  ): Promise<PushRecord> {
    const target = commandTarget(this.simulator, suiteId, corpId);
    const timestamp = this.simulator.clock.seconds();
    const plaintext = xmlDocument({
      SuiteId: suiteId,
      ...before,
      InfoType: infoType,
      TimeStamp: timestamp,
      ...after,
    });
    const { pushAuthorizationDeadlineMs: deadlineMs } = this.simulator.settings;
    return this.pusher.push({ target, event: infoType, plaintext, deadlineMs });
  }
}
