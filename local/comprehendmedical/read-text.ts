import { drugAttributes, overlaps, testAttributes } from './attribute-patterns.ts';
import { contextScopes, traitsAt } from './context-traits.ts';
import type { Term } from './dictionary/terms.ts';
import type { Category, FoundAttribute, FoundEntity, Reading } from './entity.ts';
import { findPhi } from './find-phi.ts';
import { type FoundTerm, findTerms, type Span } from './find-terms.ts';
import { sentencesOf } from './sentences.ts';

const CATEGORIES: Readonly<Record<Term['kind'], Category>> = {
  condition: 'MEDICAL_CONDITION',
  drug: 'MEDICATION',
  test: 'TEST_TREATMENT_PROCEDURE',
  procedure: 'TEST_TREATMENT_PROCEDURE',
  anatomy: 'ANATOMY',
};
/** Which of the context's traits each category has in DetectEntitiesV2's model. */
const CONTEXT: Readonly<Record<Term['kind'], readonly string[]>> = {
  condition: ['NEGATION', 'PERTAINS_TO_FAMILY', 'HYPOTHETICAL', 'PAST_HISTORY', 'LOW_CONFIDENCE'],
  drug: ['NEGATION', 'PAST_HISTORY'],
  test: ['NEGATION'],
  procedure: ['NEGATION', 'PAST_HISTORY'],
  anatomy: [],
};
/** Most characters between a condition and its site; keeps long sentences linear. */
const NEAR = 60;
const ALLERGY = /\ballerg(?:ic|y|ies)(?: (?:is|are|include))?(?: to|:)(?=\s)/gi;

/** Reads all entities out of a text; deterministic, and the same for every operation, which then shows its part. */
export function readText(text: string): Reading {
  const phi = findPhi(text);
  const terms = findTerms(text).filter((term) => !phi.some((other) => overlaps(other, term)));
  const entities: FoundEntity[] = [...phi];
  const unmapped: FoundAttribute[] = [];
  for (const sentence of sentencesOf(text)) {
    const inside = terms.filter(({ start, end }) => start >= sentence.start && end <= sentence.end);
    const reading = readSentence(text, sentence, inside);
    entities.push(...reading.entities);
    unmapped.push(...reading.unmapped);
  }
  return { entities: entities.sort((a, b) => a.start - b.start), unmapped };
}

function readSentence(text: string, sentence: Span, found: readonly FoundTerm[]): Reading {
  const words = text.slice(sentence.start, sentence.end);
  const parts = drugAttributes(words).map(({ type, start, end }) => ({
    type,
    start: start + sentence.start,
    end: end + sentence.start,
  }));
  // The mouth of `by mouth` is no anatomy.
  const terms = found.filter(
    (term) => !parts.some((part) => overlaps(part, term) && part.end - part.start > term.end - term.start),
  );
  const scopes = contextScopes(words);
  const allergyFrom = [...words.matchAll(ALLERGY)].map(({ index }) => sentence.start + index)[0] ?? Infinity;
  const drugs = terms.filter(({ term }) => term.kind === 'drug');
  const { mapped, unmapped } = shareOut(text, parts, terms, drugs);
  const entities = terms.map((found): FoundEntity => {
    const { term, start, end } = found;
    const context = traitsAt(scopes, start - sentence.start).filter((trait) => CONTEXT[term.kind].includes(trait));
    const traits = [...(term.trait ? [term.trait] : []), ...context];
    if (term.kind === 'drug' && start > allergyFrom) {
      return {
        start,
        end,
        term,
        traits,
        type: 'ALLERGIES',
        category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL',
        attributes: [],
      };
    }
    const attributes = term.kind === 'drug' ? (mapped.get(found) ?? []) : attributesOf(text, sentence, found, terms);
    return { start, end, term, traits, type: term.type, category: CATEGORIES[term.kind], attributes };
  });
  return { entities, unmapped };
}

/** Each part of a prescription goes to the last drug before it, or to a drug right behind it (`500 mg of metformin`). */
function shareOut(
  text: string,
  parts: readonly FoundAttribute[],
  terms: readonly FoundTerm[],
  drugs: readonly FoundTerm[],
) {
  const mapped = new Map<FoundTerm, FoundAttribute[]>();
  const left: FoundAttribute[] = [];
  for (const part of parts) {
    if (terms.some((term) => overlaps(term, part))) continue;
    const behind = drugs.find(({ start }) => start >= part.end && /^ (?:of )?$/.test(text.slice(part.end, start)));
    const owner = behind ?? drugs.findLast(({ end }) => end <= part.start);
    if (owner) mapped.set(owner, [...(mapped.get(owner) ?? []), part]);
    else left.push(part);
  }
  const prescribed = left.some(({ type }) => type === 'DOSAGE' || type === 'STRENGTH');
  return { mapped, unmapped: prescribed ? left : [] };
}

function attributesOf(text: string, sentence: Span, found: FoundTerm, terms: readonly FoundTerm[]): FoundAttribute[] {
  switch (found.term.kind) {
    case 'test':
      return testAttributes(text, found, sentence.end);
    case 'anatomy':
      return directionBefore(text, found);
    case 'condition':
      return conditionAttributes(text, found, terms);
    default:
      return [];
  }
}

function conditionAttributes(text: string, found: FoundTerm, terms: readonly FoundTerm[]): FoundAttribute[] {
  const site = terms.find((other) => other.term.kind === 'anatomy' && isSite(text, found, other));
  const acuity = wordBefore(text, found.start, /\b(acute|chronic|subacute|sudden)\s+$/i, 'ACUITY');
  const direction = site ? directionBefore(text, site) : directionBefore(text, found);
  return [...acuity, ...(site ? [{ type: 'SYSTEM_ORGAN_SITE', start: site.start, end: site.end }] : []), ...direction];
}

/** `knee pain`, or `edema of both ankles`. */
function isSite(text: string, condition: Span, site: Span): boolean {
  if (Math.max(site.start - condition.end, condition.start - site.end) > NEAR) return false;
  if (site.end <= condition.start) return /^\s+$/.test(text.slice(site.end, condition.start));
  return /^\s+(?:of|in|over|to|on|at)\s+(?:(?:the|his|her|their|both|left|right|bilateral|upper|lower)\s+)*$/i.test(
    text.slice(condition.end, site.start),
  );
}

function directionBefore(text: string, span: Span): FoundAttribute[] {
  return wordBefore(
    text,
    span.start,
    /\b(left|right|bilateral|both|upper|lower|anterior|posterior|lateral|medial)\s+$/i,
    'DIRECTION',
  );
}

function wordBefore(text: string, at: number, pattern: RegExp, type: string): FoundAttribute[] {
  const from = Math.max(0, at - 30);
  const match = pattern.exec(text.slice(from, at));
  const word = match?.[1];
  return match && word ? [{ type, start: from + match.index, end: from + match.index + word.length }] : [];
}
