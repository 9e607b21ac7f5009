import { createHmac, hash } from 'node:crypto';
import type { KeyedHash, Sha256 } from '../core/ports.ts';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

/** HMAC-SHA-256 under a tenant's secret: for values that could be guessed, such as a message or a medical record number. */
export function keyedHash(secret: string): KeyedHash {
  return (value) => createHmac('sha256', secret).update(value).digest('hex');
}
