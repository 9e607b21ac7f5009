import { createHash } from 'node:crypto';

/** A text that stands nowhere else: where it was planted, and what it says. */
export interface Canary {
  /** Where: `PID-5.1`, `file name`. */
  readonly place: string;
  readonly text: string;
}

const consonants = 'bcdfghjklmnpqrtvwxz';
const vowels = 'aeiouy';

/** A word of fourteen letters that no dictionary holds, always the same for one place. */
export function word(place: string): string {
  const bytes = createHash('sha256').update(place).digest();
  const syllable = (at: number) =>
    `${consonants[(bytes[at] ?? 0) % consonants.length]}${vowels[(bytes[at + 1] ?? 0) % vowels.length]}`;
  const text = [0, 2, 4, 6, 8, 10].map(syllable).join('');
  return `Qx${text}`;
}

/** A number of twelve digits, always the same for one place. */
export function digits(place: string): string {
  const number = createHash('sha256').update(place).digest().readUIntBE(0, 6) % 9e11;
  return String(number + 1e11);
}
