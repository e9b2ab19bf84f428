import type { ProblemField } from '../../platform/http/domain-error.js';
import type { Suite } from '../../suites/suite.types.js';

/** What a suite decides about its messages. */
export type SuiteRules = Pick<Suite, 'miniProgramAppid' | 'lengthMode'>;

/** Something accepted although it will not do what its sender may think. */
export type Warning = ProblemField;

export interface Findings {
  readonly errors: ProblemField[];
  readonly warnings: Warning[];
}

/** The object that goes out under the msgtype's name. */
export interface RenderedMessage {
  readonly message: object;
  /**
   * Whether the bytes can equal those of another notice. If so, WeCom's duplicate check would swallow the second one
   * (messages.md §1.2), and the ledger of bodies must know.
   */
  readonly unique: boolean;
}

/**
 * One message type, complete: validation, documentation, common fields, bytes. Adding a type to the platform is one file with
 * one of these and one line in message-types.ts.
 */
export interface MessageType<Body extends object = object> {
  readonly msgtype: string;
  readonly summary: string;
  /** A request body that may be sent as it stands, without recipients. */
  readonly example: Body;
  /** Declares every field of the message object: rules, descriptions, examples. */
  readonly body: new () => Body;
  /** Values of `safe` the type takes beside 0; none means it has no such field. */
  readonly safe: readonly number[];
  readonly idTranslation: boolean;
  readonly everyone: boolean;
  /** Whether the call carries `agentid`, from the authorization. */
  readonly agentId: boolean;
  /**
   * Fills in what the suite decides and refuses what contradicts it. `body` has been built but not validated: its fields
   * may still have any type.
   */
  complete?(body: Body, suite: SuiteRules, findings: Findings): void;
  /** `body` is valid. The notice's id may go where members do not see it, to tell equal messages apart. */
  render(body: Body, noticeId: string): RenderedMessage;
}
