import { type ContextTrait, type Cue, cues, scopeEnd } from './context-cues.ts';
import type { Span } from './find-terms.ts';

interface Scope extends Span {
  readonly trait: ContextTrait;
}

/**
 * What the words around say of every part of a sentence: negated, of the family, hypothetical, past, uncertain. The
 * method is NegEx's (Chapman et al., 2001) with a reach that ends at clause ends, not after a number of words.
 */
export function contextScopes(sentence: string): Scope[] {
  const taken: Span[] = [];
  const heard: { readonly cue: Cue; readonly span: Span }[] = [];
  for (const cue of cues) {
    for (const match of sentence.matchAll(cue.pattern)) {
      const span = { start: match.index, end: match.index + match[0].length };
      if (taken.some((other) => span.start < other.end && other.start < span.end)) continue;
      taken.push(span);
      heard.push({ cue, span });
    }
  }
  const ends = [...sentence.matchAll(scopeEnd)]
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
    .filter((end) => !taken.some((span) => end.start < span.end && span.start < end.end));
  return heard.flatMap(({ cue, span }) =>
    cue.trait ? [{ trait: cue.trait, ...reachOf(cue, span, sentence, ends) }] : [],
  );
}

/** The traits that hold at a place of the sentence. A past that is denied is no past. */
export function traitsAt(scopes: readonly Scope[], at: number): ContextTrait[] {
  const traits = new Set(scopes.filter(({ start, end }) => start <= at && at < end).map(({ trait }) => trait));
  if (traits.has('NEGATION')) traits.delete('PAST_HISTORY');
  return [...traits];
}

function reachOf(cue: Cue, span: Span, sentence: string, ends: readonly Span[]): Span {
  if (cue.reach === 'forward') {
    const comma = cue.stopsAtComma ? sentence.indexOf(',', span.end) : -1;
    const stops = [...ends.map(({ start }) => start), comma].filter((stop) => stop >= span.end);
    return { start: span.end, end: Math.min(sentence.length, ...stops) };
  }
  return { start: Math.max(0, ...ends.map(({ end }) => end).filter((end) => end <= span.start)), end: span.start };
}
