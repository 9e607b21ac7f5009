import type { FoundAttribute } from './entity.ts';
import type { Span } from './find-terms.ts';

const FORM =
  '(?:tablets?|tabs?|capsules?|caps?|puffs?|patch(?:es)?|cream|ointment|solution|suspension|drops?|inhaler|spray|lozenges?|suppositor(?:y|ies))';
const AMOUNT = String.raw`\d+(?:[.,]\d+)?(?:-\d+(?:\.\d+)?)? ?(?:mg|mcg|µg|ug|g|grams?|ml|mL|units?|IU|mEq)\b(?:\/(?:kg|m2))?`;

/** In order: what one takes, a later one does not see. */
const drugPatterns: readonly { readonly type: string; readonly pattern: RegExp }[] = [
  { type: 'RATE', pattern: /\b\d+(?:\.\d+)? ?(?:mL|ml|mg|mcg|units?)\/(?:hr|hour|h|min)\b/g },
  { type: 'STRENGTH', pattern: new RegExp(`\\b${AMOUNT}(?= ${FORM}\\b)`, 'g') },
  { type: 'DOSAGE', pattern: new RegExp(`\\b${AMOUNT}(?!\\/)`, 'g') },
  { type: 'DOSAGE', pattern: new RegExp(`\\b(?:\\d+(?:\\.\\d+)?|one|two|three|half)(?= ${FORM}\\b)`, 'gi') },
  { type: 'FORM', pattern: new RegExp(`\\b${FORM}\\b`, 'gi') },
  {
    type: 'DURATION',
    pattern:
      /\bfor (?:the next )?(?:\d+|one|two|three|four|five|six|seven|ten|fourteen)(?: more)? (?:days?|weeks?|months?|years?)\b|\bx ?\d+ (?:days?|weeks?|months?)\b/gi,
  },
  {
    type: 'ROUTE_OR_MODE',
    pattern:
      /\bby mouth\b|\bper rectum\b|\bvia nebulizer\b|\b(?:orally|oral|intravenous(?:ly)?|intramuscular(?:ly)?|subcutaneous(?:ly)?|inhaled|topical(?:ly)?|sublingual(?:ly)?|rectal(?:ly)?|transdermal(?:ly)?|intranasal(?:ly)?)\b|\b(?:PO|IV|IM|SC|SQ|SL|PR)\b|\bp\.o\./g,
  },
  {
    type: 'FREQUENCY',
    pattern:
      /\b(?:(?:once|twice|three times|four times|one time|two times|\d times) (?:a |per |each )?(?:daily|day|week|weekly|month)|every (?:\d+(?:-\d+)?|four|six|eight|twelve) (?:hours?|hrs?|days?|weeks?)|every (?:other )?(?:day|morning|evening|night|week)|(?:at|before) (?:bedtime|meals)|daily|nightly|weekly|monthly|q\d+(?:-\d+)? ?h(?:rs?)?|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|qd|qhs|qam|qpm|prn)\b(?: (?:as needed|prn)\b)?|\bas needed\b/gi,
  },
];

/** Everything in a sentence that reads as part of a prescription, in order. */
export function drugAttributes(sentence: string): FoundAttribute[] {
  const found: FoundAttribute[] = [];
  for (const { type, pattern } of drugPatterns) {
    for (const match of sentence.matchAll(pattern)) {
      const span = { start: match.index, end: match.index + match[0].length };
      if (!found.some((other) => overlaps(other, span))) found.push({ type, ...span });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

const UNITS = String.raw`g\/dL|mg\/dL|mcg\/dL|mg\/L|mmol\/L|umol\/L|µmol\/L|mEq\/L|mm ?Hg|mL\/min|U\/L|IU\/L|ng\/mL|pg\/mL|K\/uL|x ?10\^9\/L|kg\/m2|kg|cm|lbs?|mm\/hr|bpm|breaths\/min|\/min|seconds|%|°?[CF]\b`;
const VALUE = new RegExp(
  String.raw`^(?: ?\([^)]{1,20}\))?(?:\s*(?:of|was|is|at|level|result|count|:|=|came back|returned))*\s*((?:[<>]=? ?)?\d+(?:[.,]\d+)?(?:\/\d+)?|(?:positive|negative|normal|abnormal|elevated|low|high)\b(?! for))(?:\s*(${UNITS}))?`,
  'i',
);

/** Value and unit right after a test's name, with little between. */
export function testAttributes(text: string, test: Span, sentenceEnd: number): FoundAttribute[] {
  const match = VALUE.exec(text.slice(test.end, sentenceEnd));
  const [whole = '', value, unit] = match ?? [];
  if (value === undefined) return [];
  const end = test.end + whole.length;
  const unitStart = end - (unit?.length ?? 0);
  const valueEnd = test.end + whole.slice(0, whole.length - (unit?.length ?? 0)).trimEnd().length;
  const attributes = [{ type: 'TEST_VALUE', start: valueEnd - value.length, end: valueEnd }];
  return unit === undefined ? attributes : [...attributes, { type: 'TEST_UNIT', start: unitStart, end }];
}

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
