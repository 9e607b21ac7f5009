import type { Ledger } from '../../core/ledger/ledger.ts';
import type { Clock, ObjectStore, Queue } from '../../core/ports.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly deadLetters: Queue;
  readonly clock: Clock;
  readonly work: string;
  readonly maxRounds: number;
}

export interface Job {
  readonly tenant: string;
  readonly import: string;
  readonly sequence: number;
  readonly round: number;
  readonly outputUri: string;
}
