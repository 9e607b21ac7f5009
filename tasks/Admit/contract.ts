import { integer, list, object, optional, type Shape, text } from '../../core/shape.ts';

/** An SQS batch; each body is one EventBridge event. */
export const input = object({ Records: list(object({ messageId: text, body: text })) });

export interface Output {
  /** SQS partial batch response: these are delivered again. */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const any: Shape<unknown> = (value) => value;

/** The envelope that EventBridge delivers. */
export const envelope = object({ id: text, source: text, 'detail-type': text, time: text, detail: any });

/** S3's `Object Created` (S3 user guide, "EventBridge event message structure"). */
export const objectCreated = object({
  bucket: object({ name: text }),
  object: object({ key: text, size: integer, 'version-id': optional(text) }),
});

/** An integration engine's message: see docs/events.md. */
export const posted = object({
  version: text,
  tenant: text,
  feed: text,
  message: optional(text),
  pointer: optional(object({ bucket: text, key: text, version: optional(text) })),
});

export const environment = [
  'INBOX_BUCKET',
  'WORK_BUCKET',
  'LEDGER_TABLE',
  'DEAD_LETTER_QUEUE_URL',
  'TENANT_SECRET_ID',
  'TENANTS',
  'STATE_MACHINE_ARN_PREFIX',
] as const;
