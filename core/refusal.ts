import { RejectError } from './errors.ts';
import { layout } from './layout.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type MessageOutcome, noCounts } from './ledger/states.ts';
import { formatLines } from './ndjson.ts';
import type { ObjectStore } from './ports.ts';
import { type ReasonCode, reasons } from './reasons.ts';

interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly work: string;
}

/**
 * Refuses a drop whole: it is one message, ordinal 0 (DESIGN section 9). The outcome is written before the error is
 * thrown, so that Seal finds it however the state machine came there.
 */
export async function refuseDrop(batch: string, stage: string, reason: ReasonCode, ports: Ports): Promise<never> {
  const outcome: MessageOutcome = { ordinal: 0, start: 0, end: 0, state: 'dead', type: '', reason, stage };
  await ports.objects.put({ bucket: ports.work, key: layout.outcomes(batch, 0) }, formatLines([outcome]));
  const summary = {
    chunk: 0,
    counts: { ...noCounts, dead: 1 },
    deadByReason: { [reason]: 1 },
    filteredByReason: {},
    notes: 0,
    index: {},
  };
  await ports.objects.put({ bucket: ports.work, key: layout.summary(batch, 0) }, JSON.stringify(summary));
  await ports.ledger.updateBatch(batch, { refused: reason, counted: 1, chunks: 1 });
  const error = reasons[reason].error === 'FeedUnknownError' ? 'FeedUnknownError' : 'MessageUnreadableError';
  throw new RejectError(error, reason);
}
