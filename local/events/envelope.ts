import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../service.ts';

/** An event as a target receives it (EventBridge user guide, "Events"). */
export interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** To the second, in UTC. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface EventContent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  readonly timeMs: number;
}

export function envelopeOf(content: EventContent): Envelope {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': content.detailType,
    source: content.source,
    account: ACCOUNT,
    time: `${new Date(content.timeMs).toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: content.resources,
    detail: content.detail,
  };
}
