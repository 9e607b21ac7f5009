import type { TracedConversion } from '../core/mapping/convert-message.ts';

/** What a file holds that no row of its feed reads. Positions and counts; never a value. */
export interface Coverage {
  readonly feed: string;
  readonly messages: number;
  readonly mapped: number;
  /** Messages that ended before any row ran: nothing can be said of their fields. */
  readonly notMapped: number;
  /** `count`: mapped messages in which the field is populated and unread. Most frequent first, then by field. */
  readonly unread: readonly { readonly field: string; readonly count: number }[];
}

/** Counts over the messages of a file. */
export class CoverageCount {
  readonly #feed: string;
  readonly #unread = new Map<string, number>();
  #mapped = 0;
  #notMapped = 0;

  constructor(feed: string) {
    this.#feed = feed;
  }

  add({ trace }: TracedConversion): void {
    if (trace === undefined) {
      this.#notMapped += 1;
      return;
    }
    this.#mapped += 1;
    for (const field of trace.unread) this.#unread.set(field, (this.#unread.get(field) ?? 0) + 1);
  }

  get result(): Coverage {
    const unread = [...this.#unread].map(([field, count]) => ({ field, count }));
    unread.sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1));
    const [mapped, notMapped] = [this.#mapped, this.#notMapped];
    return { feed: this.#feed, messages: mapped + notMapped, mapped, notMapped, unread };
  }
}

export function coverageTable({ feed, messages, mapped, notMapped, unread }: Coverage): string {
  const lines = [`feed ${feed}: ${messages} messages, ${mapped} mapped, ${notMapped} not mapped and so not looked at`];
  if (unread.length === 0) lines.push('  every populated field was read by a row');
  else lines.push('  populated, and read by no row, in so many of the mapped messages:');
  for (const { field, count } of unread) lines.push(`  ${String(count).padStart(8)}  ${field}`);
  return `${lines.join('\n')}\n`;
}
