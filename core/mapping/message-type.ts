import type { Hl7Message } from '../hl7v2/message.ts';

/** What a message is, by MSH-9 and what may stand in for it. */
export interface MessageType {
  /** `ADT^A01`; `ADT` when nothing tells the event; `unknown` when MSH-9 is not of HL7's form. */
  readonly type: string;
  /** Trigger event, or ''. */
  readonly event: string;
}

/** Codes that had one event when MSH-9 had but one component (HL7 v2.1 and v2.2, chapters 4, 6 and 7; VXU of v2.3). */
const ONLY_EVENT: Readonly<Record<string, string>> = { ORU: 'R01', ORM: 'O01', DFT: 'P03', VXU: 'V04' };

/** Only a type of HL7's form is told; anything else could be text in the wrong place. */
export function messageType(message: Hl7Message): MessageType {
  const code = message.type.code.trim();
  if (!/^[A-Z]{3}$/.test(code)) return { type: 'unknown', event: '' };
  const stated = message.type.event.trim();
  if (stated !== '' && !isEvent(stated)) return { type: 'unknown', event: '' };
  // An acknowledgment of any event is one type: what it acknowledges is not in it (HL7 v2.8.2 2.13.1).
  if (code === 'ACK') return { type: code, event: stated };
  const event = stated === '' ? impliedEvent(message, code) : stated;
  return { type: event === '' ? code : `${code}^${event}`, event };
}

const isEvent = (text: string): boolean => /^[A-Z0-9]{3}$/.test(text);

/** EVN-1 repeats the event, and was all there was of it in v2.1 and v2.2 (HL7 v2.9 3.4.1.1). */
function impliedEvent(message: Hl7Message, code: string): string {
  const told = message.first('EVN')?.text(1).trim() ?? '';
  return isEvent(told) ? told : (ONLY_EVENT[code] ?? '');
}
