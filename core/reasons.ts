/**
 * The closed list of reasons: code, error name, disposition and the analyst's text. A code is never reused once retired.
 *
 * Dispositions: `reject` ends as a dead letter; `filter` is the feed's own rule; `retry` is tried again with backoff;
 * `fault` is a dead letter and an alarm. `note` is kept with the message, which goes on; `quiet` is told by `convert` alone,
 * since it asks nothing of anybody and many senders do it in every message.
 */
export type Disposition = 'reject' | 'filter' | 'retry' | 'fault' | 'note' | 'quiet';

interface Reason {
  readonly error: string;
  readonly disposition: Disposition;
  /** What happened and what to do, in words an interface analyst uses. Fixed: never a value from a message. */
  readonly text: string;
}

const reject = (error: string, text: string): Reason => ({ error, disposition: 'reject', text });
const note = (text: string): Reason => ({ error: 'Issue', disposition: 'note', text });
const quiet = (text: string): Reason => ({ error: 'Issue', disposition: 'quiet', text });

export const reasons = {
  // A drop, or its door, refused whole
  'drop-empty': reject('MessageUnreadableError', 'The file is empty. Send it again with content.'),
  'drop-too-large': reject('MessageUnreadableError', 'The file is larger than the limit. Split it and send the parts.'),
  'drop-key-refused': reject(
    'MessageUnreadableError',
    'The object key is out of bounds (only A-Z a-z 0-9 . _ = / -, no "..", no "//", at most 512 bytes). Rename the file and send it again.',
  ),
  'drop-not-found': reject('MessageUnreadableError', 'The named object version does not exist or may not be read.'),
  'drop-format-mismatch': reject(
    'MessageUnreadableError',
    'The file is not in the format that its feed declares. Check the feed it was sent to.',
  ),
  'drop-gzip-corrupt': reject('MessageUnreadableError', 'The gzip file is damaged. Pack it again and send it.'),
  'drop-gzip-bomb': reject(
    'MessageUnreadableError',
    'The gzip file unpacks past the limit of size or ratio. Send it unpacked or in parts.',
  ),
  'drop-gzip-nested': reject('MessageUnreadableError', 'The gzip file holds another gzip file. Send a single layer.'),
  'drop-charset': reject(
    'MessageUnreadableError',
    "The bytes are not valid in the declared character set. Correct MSH-18 or the feed's charset.",
  ),
  'event-malformed': reject(
    'MessageUnreadableError',
    'The event does not have the documented shape. See docs/events.md.',
  ),
  'event-pointer-refused': reject(
    'MessageUnreadableError',
    'The event points outside the buckets that its tenant may read.',
  ),
  'feed-unknown': reject(
    'FeedUnknownError',
    'No feed of this name is known for this tenant. Add mappings/feeds/<feed>.yaml or correct the key.',
  ),
  'tenant-unknown': reject('FeedUnknownError', 'No such tenant is known here. Correct the key.'),
  'feed-invalid': reject(
    'FeedUnknownError',
    'The feed file has a mistake. Correct the named place and check the feed again.',
  ),
  // A message refused
  'message-unreadable': reject(
    'MessageUnreadableError',
    'This is not an HL7 v2 message: it does not begin with a readable MSH segment.',
  ),
  'message-truncated': reject('MessageUnreadableError', 'The message ends in the middle. Send it again whole.'),
  'message-too-large': reject('MessageUnreadableError', 'The message is larger than the limit of 10 MiB.'),
  'message-charset': reject(
    'MessageUnreadableError',
    'The bytes of the message are not valid in the character set it declares (MSH-18) or its feed names.',
  ),
  'message-type-unsupported': reject(
    'MessageTypeUnsupportedError',
    'Messages of this type (MSH-9) are not mapped yet. Map the type, or filter it in the feed.',
  ),
  'segment-missing': reject('MessageUnreadableError', 'A segment that this message type needs is missing.'),
  'no-patient-id': reject(
    'MessageUnreadableError',
    'No identifier that the feed accepts for a patient is present in PID-3, or in MRG-1 of a merge.',
  ),
  'event-missing': reject(
    'MessageUnreadableError',
    'MSH-9.2 names no trigger event, and neither EVN-1 nor the message code alone tells it. Ask the sender to fill MSH-9.2.',
  ),
  'merge-number-missing': reject(
    'MessageUnreadableError',
    'The message merges two accounts or visits and names only one of them. Check MRG-3 and PID-18, or MRG-5 and PV1-19.',
  ),
  'merge-into-itself': reject(
    'MessageUnreadableError',
    'The message merges a number into the same number, so it does not tell what was merged. Nothing was loaded.',
  ),
  'merge-ambiguous': reject(
    'MessageUnreadableError',
    'The message merges one number into two different ones. Nothing was loaded; ask the sender which is right.',
  ),
  'merge-cycle': reject(
    'MessageUnreadableError',
    'The merges of the message go round in a circle, so none of the numbers survives. Nothing was loaded.',
  ),
  'appointment-without-number': reject(
    'MessageUnreadableError',
    'The message names its appointment neither by SCH-2 nor by SCH-1, so no later message would find it again.',
  ),
  'identity-conflict': reject(
    'MessageUnreadableError',
    'Name, birth date or sex contradict the known patient of this identifier.',
  ),
  'id-collision': reject('MessageUnreadableError', 'Two different things would get one id. Nothing was merged.'),
  'future-time': reject(
    'MessageUnreadableError',
    "The message time lies more than 24 hours in the future. Correct the sender's clock.",
  ),
  'time-unreadable': reject(
    'MessageUnreadableError',
    'The time that orders this message cannot be read, or names a date that does not exist.',
  ),
  'resource-invalid': reject(
    'BundleInvalidError',
    'The message makes a FHIR resource that cannot stand. Correct the named field.',
  ),
  'record-ragged': reject('MessageUnreadableError', 'The CSV record does not have as many columns as the header.'),
  'record-unreadable': reject('MessageUnreadableError', 'The CSV record cannot be read: a quote is open or misplaced.'),
  'record-too-large': reject(
    'MessageUnreadableError',
    'The CSV record is larger than the limit of 1 MiB. A quote may be open.',
  ),
  'header-invalid': reject(
    'MessageUnreadableError',
    'The CSV header is missing, repeats a name or lacks a column that the feed needs.',
  ),
  'table-unknown': reject('MessageTypeUnsupportedError', 'The feed does not map a table of this name.'),
  'destination-rejected': reject('DestinationRejectedError', 'The data store refused a resource of this message.'),
  partial: reject('DestinationRejectedError', 'Part of this message was refused; the rest is loaded.'),
  poison: reject('MessageUnreadableError', 'Handling this message ended the task twice. It was set aside.'),
  'internal-fault': {
    error: 'InternalFault',
    disposition: 'fault',
    text: 'A fault of ours. The source is safe; the on-call engineer is told.',
  },
  // The feed's own rules
  'not-production': {
    error: 'Filtered',
    disposition: 'filter',
    text: 'The processing id (MSH-11) is not one that this feed takes.',
  },
  'table-not-mapped': { error: 'Filtered', disposition: 'filter', text: 'The feed ignores this table.' },
  'feed-filter': { error: 'Filtered', disposition: 'filter', text: 'A filter of the feed leaves this message out.' },
  // Tried again
  'destination-throttled': {
    error: 'DestinationThrottledError',
    disposition: 'retry',
    text: 'The data store asked us to slow down.',
  },
  'destination-unavailable': {
    error: 'DestinationUnavailableError',
    disposition: 'retry',
    text: 'The data store did not answer.',
  },
  'ledger-busy': { error: 'LedgerBusyError', disposition: 'retry', text: 'The ledger asked us to slow down.' },
  // Noticed; the message goes on
  'value-unreadable': note(
    'The value cannot be read as its data type; it is kept as text where its element has a place for text, else left out.',
  ),
  'value-dropped': note('The value would make the resource invalid and was left out.'),
  'code-unmapped': note('The code has no row in its table.'),
  'namespace-unknown': note("The assigning authority is not in the tenant's namespaces; it got a URN."),
  'date-impossible': note('The date does not exist.'),
  'time-ambiguous': note('The local time falls into a repeated hour.'),
  'version-unknown': note('MSH-12 names no version of HL7 v2; the message was read as the newest.'),
  'zone-assumed': note("The time has no offset; the feed's zone was taken."),
  'segment-unexpected': note(
    'The segment is out of place for this structure; it was attached where it most plausibly belongs.',
  ),
  'segment-unknown': note('The segment is not in the grammar of this structure.'),
  'segment-unread': note(
    'No table gives this segment a place in FHIR where it stands; it is in the source message alone.',
  ),
  'encounter-without-key': note('No visit number that the feed accepts; the resources hang on the patient.'),
  'order-without-key': note('An order has neither a number nor a service that would name it; it was left out.'),
  'charset-assumed': note("No character set is declared; the feed's was taken."),
  'batch-count-mismatch': note('The count in BTS-1 or FTS-1 differs from what the file holds.'),
  'order-by-arrival': note('The table names no time; the order of arrival decides.'),
  'document-type-differs': note(
    'The bytes of the document are of another type than the message says; the type of the bytes was taken.',
  ),
  'result-parent-unknown': note(
    'The parent result that OBR-26 names is not in this message, or not one; the result is not linked to it.',
  ),
  // Told where a message is looked at, and never stored
  'trailing-separators': quiet(
    'A segment ends in separators without a value, which HL7 permits; nothing is lost. The first such segment is named; it is not told of loaded messages.',
  ),
  'document-unreadable': note('The encapsulated document cannot be decoded; its text is kept.'),
} as const satisfies Readonly<Record<string, Reason>>;

export type ReasonCode = keyof typeof reasons;

/** The analyst's text of a code. */
export function reasonText(code: ReasonCode): string {
  return reasons[code].text;
}

/** A finding that asks nothing of anybody: it is told where a message is looked at, and not kept with what was loaded. */
export function isQuiet(code: ReasonCode): boolean {
  return reasons[code].disposition === 'quiet';
}
