import type { Hl7Segment } from '../../hl7v2/message.ts';
import { universalUri } from '../namespaces.ts';
import type { EnvelopeKeyKind } from '../plan-shape.ts';
import type { Run } from '../run.ts';

/** What an id of the envelope may be made of. */
export interface EnvelopeKeyContext {
  readonly run: Run;
  /** Resource type, and the name of its row: two resources of one type are told apart by it. */
  readonly type: string;
  readonly name: string;
  readonly header: Hl7Segment;
  readonly own: Hl7Segment;
  /** Keys of the resources that it speaks of. */
  readonly about: readonly string[];
}

const URIS = 'urn:ietf:rfc:3986';

// A message is known by who sent it, its number and its time (HL7 v2.8.2 2.14.9.10).
const messageKey = (header: Hl7Segment): readonly string[] =>
  [3, 4, 7, 9, 10].map((field) => header.source(field).trim());

// What tells two segments of a message apart: the numbers of an order, not its place in the message (SEMANTICS 3.1).
const NUMBERS: Readonly<Record<string, readonly number[]>> = { ORC: [2, 3], TXA: [8, 12], SCH: [1, 2] };

const numbersOf = (own: Hl7Segment): readonly string[] =>
  (NUMBERS[own.name] ?? []).map((field) => own.source(field).trim());

/**
 * How each kind of resource of the envelope gets its id: of the message's own fields alone, so that it is the same twice.
 * Undefined when nothing names it and it is not made.
 */
export const envelopeKeys: Readonly<Record<EnvelopeKeyKind, (context: EnvelopeKeyContext) => string | undefined>> = {
  message: ({ run, type, name, header }) => run.setting.id(type, 'message', name, ...messageKey(header)),
  software: ({ run, type, own }) => {
    // Vendor, product, release and binary id.
    const parts = [1, 3, 2, 4].map((field) => own.source(field).trim());
    return run.setting.id(type, 'software', ...parts);
  },
  // The organization that HD-Organization makes of MSH-4 (SEMANTICS 3.8): known by its universal id, or by none.
  sender: ({ run, type, header }) => {
    const [universal, kind] = [header.text(4, 1, 2).trim(), header.text(4, 1, 3).trim()];
    const uri = kind === 'ISO' || kind === 'UUID' ? universalUri({ name: '', universal, kind }) : undefined;
    return uri === undefined ? undefined : run.setting.id(type, run.setting.namespaces.tokenOf(URIS), uri);
  },
  statement: ({ run, type, name, header, own, about }) =>
    run.setting.id(type, 'statement', name, ...messageKey(header), ...numbersOf(own), ...about),
};
