import { dictionaryTerms, type Term } from './dictionary/terms.ts';

/** A run of text, as UTF-16 positions: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface FoundTerm extends Span {
  readonly term: Term;
}

interface Word extends Span {
  readonly text: string;
}

interface Phrase {
  readonly words: readonly string[];
  /** An abbreviation in capitals, which is another word in small letters (`PE`, `ALT`). */
  readonly capitals?: string;
  readonly term: Term;
}

let phrasesByFirstWord: ReadonlyMap<string, readonly Phrase[]> | undefined;

/** Every dictionary term in a text, longest first where they overlap, in order. A plural `s` at the end is seen through. */
export function findTerms(text: string): FoundTerm[] {
  phrasesByFirstWord ??= indexPhrases();
  const phrases = phrasesByFirstWord;
  const words = wordsOf(text);
  const found: FoundTerm[] = [];
  for (let at = 0; at < words.length; ) {
    const phrase = longestAt(phrases, words, at, text);
    const last = words[at + (phrase?.words.length ?? 1) - 1];
    const first = words[at];
    if (phrase && first && last) found.push({ start: first.start, end: last.end, term: phrase.term });
    at += phrase?.words.length ?? 1;
  }
  return found;
}

function longestAt(
  phrases: ReadonlyMap<string, readonly Phrase[]>,
  words: readonly Word[],
  at: number,
  text: string,
): Phrase | undefined {
  const first = words[at]?.text.toLowerCase() ?? '';
  const singular = first.replace(/(?<=.{3})s$/, '');
  const candidates = [...(phrases.get(first) ?? []), ...(singular === first ? [] : (phrases.get(singular) ?? []))];
  return candidates
    .filter((phrase) => matches(phrase, words, at, text))
    .sort((a, b) => b.words.length - a.words.length)[0];
}

function matches({ words: expected, capitals }: Phrase, words: readonly Word[], at: number, text: string): boolean {
  const last = expected.length - 1;
  for (const [index, want] of expected.entries()) {
    const word = words[at + index];
    const previous = words[at + index - 1];
    if (!word || (index > 0 && previous && !/^[\s\-'’/]{1,3}$/.test(text.slice(previous.end, word.start))))
      return false;
    const have = word.text.toLowerCase();
    if (have !== want && !(index === last && have === `${want}s`)) return false;
  }
  return capitals === undefined || text.slice(words[at]?.start, words[at + last]?.end).startsWith(capitals);
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function indexPhrases(): ReadonlyMap<string, readonly Phrase[]> {
  const index = new Map<string, Phrase[]>();
  for (const { name, term } of dictionaryTerms()) {
    const words = wordsOf(name.toLowerCase()).map(({ text }) => text);
    const phrase: Phrase = { words, term, ...(/^[A-Z]{2,5}$/.test(name) ? { capitals: name } : {}) };
    const key = words[0] ?? '';
    index.set(key, [...(index.get(key) ?? []), phrase]);
  }
  return index;
}
