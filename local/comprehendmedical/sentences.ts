import type { Span } from './find-terms.ts';

/** `Dr. Jones`, `b.i.d.`, `3.5` hold full stops that end nothing. */
const END =
  /(?<!\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|approx|e\.g|i\.e|[a-zA-Z]\.[a-zA-Z](?:\.[a-zA-Z])?))\.(?=\s|$)|[!?;](?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•\d]|[A-Z][A-Za-z ]{2,40}:))|(?<=:)\n/g;

/** Sentences of a clinical text. A line end inside a sentence ends it only before a list mark, a heading or an empty line. */
export function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(END)) {
    if (index > start) spans.push({ start, end: index + end.length });
    start = index + end.length;
  }
  if (start < text.length) spans.push({ start, end: text.length });
  return spans;
}
