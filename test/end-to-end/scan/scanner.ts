import type { Canary } from './canary.ts';
import { formsOf } from './encodings.ts';

/** Something that leaves the pipeline or stays in it, by a name a person understands. */
export interface Channel {
  readonly name: string;
  readonly content: Buffer | string;
}

export interface Leak {
  readonly channel: string;
  readonly place: string;
  readonly encoding: string;
}

/** Every canary in every encoding in every channel; one line per canary, channel and encoding. */
export function findLeaks(channels: readonly Channel[], canaries: readonly Canary[]): readonly Leak[] {
  const needles = canaries.map(({ place, text }) => ({ place, forms: formsOf(text) }));
  return channels.flatMap(({ name, content }) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return needles.flatMap(({ place, forms }) =>
      forms
        .filter((form) => bytes.includes(form.bytes))
        .map(({ encoding }): Leak => ({ channel: name, place, encoding })),
    );
  });
}
