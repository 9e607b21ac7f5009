import { describe, expect, it } from 'vitest';
import { cutText } from '../../../../core/notes/cut.ts';

const piecesOf = (text: string, codePoints: number, bytes = 10_000): string[] =>
  cutText(text, { codePoints, bytes }).map((piece) => piece.text);

describe('a note is cut', () => {
  it('not at all when it fits, and an empty one into nothing', () => {
    expect(piecesOf('Short note.', 11)).toEqual(['Short note.']);
    expect(piecesOf('', 11)).toEqual([]);
  });

  it('behind the last sentence that fits, its white space with it', () => {
    expect(piecesOf('No fever.  No cough. Denies pain today.', 24)).toEqual([
      'No fever.  No cough. ',
      'Denies pain today.',
    ]);
  });

  it.each([
    ['Seen by Dr. Smith and the team today for review.', 30],
    ['Given b.i.d. Metformin and then some other things.', 30],
    ['Took 5 mg. Tylenol and felt better after this one.', 30],
    ['Referred by J. Smith to the ward for observation..', 30],
    ['Result of approx. five units was noted in the log.', 30],
  ])('not behind an abbreviation: %s', (text, size) => {
    const [first = ''] = piecesOf(text, size);
    expect(first.length).toBeGreaterThan(25);
  });

  it('not behind a stop after which a small letter goes on', () => {
    expect(piecesOf('No sign of pneum. on film today', 24)).toEqual(['No sign of pneum. on ', 'film today']);
  });

  it('behind a question, an exclamation, a closing quote, and an empty line', () => {
    expect(piecesOf('Pain now? Yes it is there', 14)[0]).toBe('Pain now? ');
    expect(piecesOf('"No pain." Said twice here', 16)[0]).toBe('"No pain." ');
    expect(piecesOf('Heading here\n\nText that follows', 20)[0]).toBe('Heading here\n\n');
  });

  it('not behind the number of a list', () => {
    expect(piecesOf('1. Asthma\n2. Gout and more', 14)[0]).toBe('1. Asthma\n');
  });

  it('at a line before a word, and at a word before a letter', () => {
    expect(piecesOf('history of\ndiabetes and others', 24)[0]).toBe('history of\n');
    expect(piecesOf('one two three', 9)).toEqual(['one two ', 'three']);
    expect(piecesOf('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  });

  it('never within a code point, and counts offsets in code points', () => {
    const pieces = cutText('🩺🩺🩺🩺🩺', { codePoints: 2, bytes: 10_000 });
    expect(pieces).toEqual([
      { text: '🩺🩺', offset: 0 },
      { text: '🩺🩺', offset: 2 },
      { text: '🩺', offset: 4 },
    ]);
  });

  it('by bytes where letters need several', () => {
    expect(piecesOf('äöüäöü', 100, 4)).toEqual(['äö', 'üä', 'öü']);
  });

  it('limits that hold no code point are refused', () => {
    expect(() => cutText('a', { codePoints: 0, bytes: 10 })).toThrow(RangeError);
    expect(() => cutText('a', { codePoints: 1, bytes: 3 })).toThrow(RangeError);
  });

  it('a text of a million stops or spaces takes no more than a moment', () => {
    const start = performance.now();
    for (const unit of ['.', ' ', '\n', '. ', 'mg. ', '")'])
      cutText(unit.repeat(500_000), { codePoints: 10_000, bytes: 10_000 });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
