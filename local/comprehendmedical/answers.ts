import type { Concept } from './dictionary/terms.ts';
import type { FoundAttribute, FoundEntity, Reading } from './entity.ts';
import type { Span } from './find-terms.ts';

type Json = Record<string, unknown>;

/** Says of every model version that this is not the service. */
const STAND_IN = '-tributary-stand-in';
const ICD10_TRAITS = [
  'NEGATION',
  'DIAGNOSIS',
  'SIGN',
  'SYMPTOM',
  'PERTAINS_TO_FAMILY',
  'HYPOTHETICAL',
  'LOW_CONFIDENCE',
];
const RXNORM_TRAITS = ['NEGATION', 'PAST_HISTORY'];
const SNOMED_CATEGORIES = ['MEDICAL_CONDITION', 'ANATOMY', 'TEST_TREATMENT_PROCEDURE'];

/** Shapes of one response: places in code points, ids counted through, scores that depend on the words alone. */
interface Shaper {
  /** `Id`, `Score`, offsets, `Text`. */
  span(span: Span): Json;
  score(span: Span, what: string): number;
}

export function detectEntitiesAnswer(text: string, { entities, unmapped }: Reading): Json {
  const shaper = shaperOf(text);
  return {
    Entities: entities.map((entity) => generalEntity(shaper, entity)),
    UnmappedAttributes: unmapped.map((attribute) => ({
      Type: 'MEDICATION',
      Attribute: generalAttribute(shaper, 'MEDICATION', attribute, false),
    })),
    ModelVersion: `3.3.0${STAND_IN}`,
  };
}

export function detectPhiAnswer(text: string, { entities }: Reading): Json {
  const shaper = shaperOf(text);
  const phi = entities.filter(({ category }) => category === 'PROTECTED_HEALTH_INFORMATION');
  return { Entities: phi.map((entity) => generalEntity(shaper, entity)), ModelVersion: `3.3.0${STAND_IN}` };
}

export function inferIcd10Answer(text: string, { entities }: Reading): Json {
  const shaper = shaperOf(text);
  const Entities = entities.flatMap((entity) => {
    const { icd10 } = entity.term ?? {};
    if (entity.category !== 'MEDICAL_CONDITION' || !icd10) return [];
    const attributes = entity.attributes.map((attribute) => generalAttribute(shaper, entity.category, attribute, true));
    return [
      {
        ...ontologyEntity(shaper, entity, ICD10_TRAITS),
        Attributes: attributes,
        ICD10CMConcepts: [concept(shaper, entity, icd10)],
      },
    ];
  });
  return { Entities, ModelVersion: `3.3.0.20251001${STAND_IN}` };
}

/** An allergen is a drug to RxNorm, which has no word for allergies. */
export function inferRxNormAnswer(text: string, { entities }: Reading): Json {
  const shaper = shaperOf(text);
  const Entities = entities.flatMap((entity) => {
    const { rxnorm, type } = entity.term ?? {};
    if (!rxnorm) return [];
    const named = { ...entity, category: 'MEDICATION' as const, type: type ?? entity.type };
    const attributes = entity.attributes.map((attribute) => {
      const { Category: _, RelationshipType: __, ...shape } = generalAttribute(shaper, 'MEDICATION', attribute, true);
      return shape;
    });
    return [
      {
        ...ontologyEntity(shaper, named, RXNORM_TRAITS),
        Attributes: attributes,
        RxNormConcepts: [concept(shaper, entity, rxnorm)],
      },
    ];
  });
  return { Entities, ModelVersion: `3.3.0.20221107${STAND_IN}` };
}

export function inferSnomedAnswer(text: string, { entities }: Reading): Json {
  const shaper = shaperOf(text);
  const Entities = entities.flatMap((entity) => {
    const { snomed } = entity.term ?? {};
    if (!snomed || !SNOMED_CATEGORIES.includes(entity.category)) return [];
    const attributes = entity.attributes.map((attribute) => generalAttribute(shaper, entity.category, attribute, true));
    const traits = [...ICD10_TRAITS, 'PAST_HISTORY'];
    return [
      {
        ...ontologyEntity(shaper, entity, traits),
        Attributes: attributes,
        SNOMEDCTConcepts: [concept(shaper, entity, snomed)],
      },
    ];
  });
  return {
    Entities,
    ModelVersion: `3.3.0.20220301${STAND_IN}`,
    SNOMEDCTDetails: { Edition: 'US', Language: 'en', VersionDate: '20220301' },
    Characters: { OriginalTextCharacters: Array.from(text).length },
  };
}

function generalEntity(shaper: Shaper, entity: FoundEntity): Json {
  const attributes = entity.attributes.map((attribute) => generalAttribute(shaper, entity.category, attribute, true));
  return { ...ontologyEntity(shaper, entity), ...(attributes.length > 0 ? { Attributes: attributes } : {}) };
}

function ontologyEntity(shaper: Shaper, entity: FoundEntity, known?: readonly string[]): Json {
  const traits = entity.traits.filter((trait) => known?.includes(trait) ?? true);
  return {
    ...shaper.span(entity),
    Category: entity.category,
    Type: entity.type,
    Traits: traits.map((Name) => ({ Name, Score: shaper.score(entity, Name) })),
  };
}

function generalAttribute(shaper: Shaper, category: string, attribute: FoundAttribute, related: boolean): Json {
  const score = shaper.score(attribute, attribute.type);
  return {
    Type: attribute.type,
    ...shaper.span(attribute),
    ...(related ? { RelationshipScore: score, RelationshipType: attribute.type } : {}),
    Category: attribute.type === 'SYSTEM_ORGAN_SITE' || attribute.type === 'DIRECTION' ? 'ANATOMY' : category,
    Traits: [],
  };
}

function concept(shaper: Shaper, span: Span, { code, description }: Concept): Json {
  return { Description: description, Code: code, Score: shaper.score(span, code) };
}

function shaperOf(text: string): Shaper {
  const codePoints = codePointCounter(text);
  let id = -1;
  const score = ({ start, end }: Span, what: string) => scoreOf(`${text.slice(start, end)}\n${what}`);
  return {
    score,
    span({ start, end }) {
      id += 1;
      return {
        Id: id,
        BeginOffset: codePoints(start),
        EndOffset: codePoints(end),
        Score: score({ start, end }, ''),
        Text: text.slice(start, end),
      };
    },
  };
}

/** UTF-16 position to code points; the service counts those. */
function codePointCounter(text: string): (at: number) => number {
  const pairs = [...text.matchAll(/[\u{10000}-\u{10ffff}]/gu)].map(({ index }) => index);
  return (at) => {
    let before = 0;
    while (before < pairs.length && (pairs[before] ?? at) < at) before += 1;
    return at - before;
  };
}

/** 0.80 to 0.999, from an FNV-1a hash of the words: the same words always score the same. */
function scoreOf(words: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < words.length; at += 1) hash = Math.imul(hash ^ words.charCodeAt(at), 0x01000193) >>> 0;
  return Math.round(800 + (hash % 200)) / 1000;
}
