import { overlaps } from './attribute-patterns.ts';
import type { FoundEntity } from './entity.ts';

const MONTH =
  '(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)';

/** The `d` flag gives the place of the first group, which is the entity when there is one. */
const patterns: readonly { readonly type: string; readonly pattern: RegExp }[] = [
  { type: 'EMAIL', pattern: /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/dg },
  { type: 'URL', pattern: /\bhttps?:\/\/[^\s)]+/dg },
  { type: 'PHONE_OR_FAX', pattern: /(?<![\d-])(?:\+?1[-. ])?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}\b/dg },
  {
    type: 'DATE',
    pattern: new RegExp(
      `\\b(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}\\/\\d{1,2}\\/\\d{2,4}|${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}|\\d{1,2} ${MONTH} \\d{4})\\b`,
      'dg',
    ),
  },
  {
    type: 'ID',
    pattern:
      /\b(?:MRN|SSN|account|record|medical record number)(?: ?(?:number|no\.?|#|:))*\s*#?:?\s*([A-Z]?\d[\d-]{3,})\b/dgi,
  },
  {
    type: 'AGE',
    pattern: /\b(\d{1,3})(?=[ -]?(?:years?|yrs?|y\/?o|months?)(?:[ -]?old)?\b(?! ago))(?=[ -]?(?:y\/?o|\w+[ -]?old))/dg,
  },
  { type: 'NAME', pattern: /\b(?:Dr|Mr|Mrs|Ms|Miss|Prof)\.? ([A-Z][\p{L}'’-]+(?: [A-Z][\p{L}'’-]+)?)/dgu },
  {
    type: 'ADDRESS',
    pattern:
      /\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct)\b/dg,
  },
];

/** Protected health information that has a shape: dates, ages, numbers, addresses, names after a title. Bare names are missed. */
export function findPhi(text: string): FoundEntity[] {
  const found: FoundEntity[] = [];
  for (const { type, pattern } of patterns) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0];
      const entity: FoundEntity = {
        start,
        end,
        type,
        category: 'PROTECTED_HEALTH_INFORMATION',
        traits: [],
        attributes: [],
      };
      if (!found.some((other) => overlaps(other, entity))) found.push(entity);
    }
  }
  return found;
}
