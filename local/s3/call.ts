import type { IncomingMessage } from 'node:http';
import type { Outbox } from './outbox.ts';
import type { Headers } from './request.ts';
import type { Store } from './store.ts';
import type { XmlFields } from './xml.ts';

/** One request, read but not yet carried out. */
export interface Call {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly headers: Headers;
  readonly query: ReadonlyMap<string, string>;
  /** Empty when the request names none. */
  readonly bucket: string;
  /** Empty when the request names none. */
  readonly key: string;
}

export interface Answer {
  /** 200 when absent. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly xml?: { readonly root: string; readonly fields: XmlFields };
  readonly stream?: AsyncGenerator<Buffer>;
}

export type Operation = (call: Call) => Answer | Promise<Answer>;

/** Quotes as an entity tag. */
export const quoted = (etag: string): string => `"${etag}"`;
/** S3 keeps whole seconds. */
export const isoSeconds = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString();
