import { randomBytes } from 'node:crypto';

/** A handle for one receive of the message in row `id`; opaque to clients, new at every receive. */
export function newReceipt(id: number): string {
  return Buffer.from(`${id}:${randomBytes(18).toString('base64url')}`).toString('base64');
}

/** The row of a handle; undefined for text that we never handed out. */
export function readReceipt(receiptHandle: string): number | undefined {
  const match = /^(\d{1,15}):[A-Za-z0-9_-]{24}$/.exec(Buffer.from(receiptHandle, 'base64').toString('latin1'));
  return match ? Number(match[1]) : undefined;
}
