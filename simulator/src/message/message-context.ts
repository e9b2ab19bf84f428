import type { SimulatorSettings } from '../settings.ts';
import type { Corp } from '../state/corp.ts';
import type { Registry, Suite } from '../state/registry.ts';
import type { MessageFields } from './message-fields.ts';

/** What a message type needs to check and render its body. */
export interface MessageContext {
  settings: SimulatorSettings;
  registry: Registry;
  suite: Suite;
  corp: Corp;
  fields: MessageFields;
  /** Id translation when the message asked for it, else the text as it is. */
  translate: (text: string) => string;
}
