import type { Ledger } from '../../core/ledger/ledger.ts';
import type { ObjectStore } from '../../core/ports.ts';

export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly work: string;
  readonly limits: { readonly partitions: number; readonly packBytes: number; readonly packBatches: number };
}

export interface Job {
  readonly tenant: string;
  readonly import: string;
  readonly sequence: number;
  readonly round: number;
}
