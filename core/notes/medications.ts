import { bestCoding, rxnorm } from './codes.ts';
import type { Finding } from './draft.ts';
import type { Mention } from './mention.ts';
import type { NoteContext } from './note.ts';
import type { Thresholds } from './screen.ts';
import { subjectOf } from './subject.ts';

/** Attributes that word a dosage. */
const dosageTypes: ReadonlySet<string> = new Set([
  'DOSAGE',
  'STRENGTH',
  'FORM',
  'ROUTE_OR_MODE',
  'FREQUENCY',
  'DURATION',
  'RATE',
]);

/**
 * A MedicationStatement from a mention of InferRxNorm that nothing speaks against. Its status is `unknown`: the note names
 * the drug, but not whether it is taken now.
 */
export function medicationFinding(note: NoteContext, mention: Mention, limits: Thresholds): Finding | undefined {
  const best = bestCoding(rxnorm, mention.concepts, limits);
  if (best === undefined) return undefined;
  const dosage = dosageText(mention);
  return {
    type: 'MedicationStatement',
    key: ['rxnorm', best.coding.code],
    mention,
    conceptScore: best.score,
    body: {
      status: 'unknown',
      medicationCodeableConcept: { coding: [best.coding], text: mention.text },
      ...subjectOf(note, 'context'),
      ...(note.date === undefined ? {} : { dateAsserted: note.date }),
      derivedFrom: [{ reference: note.resource }],
    },
    ...(dosage === '' ? {} : { perMention: { dosage: [{ text: dosage }] } }),
  };
}

/** The words of the dosage in the note's order: `500 mg by mouth twice daily`. */
function dosageText(mention: Mention): string {
  return mention.attributes
    .filter((attribute) => dosageTypes.has(attribute.type))
    .toSorted((one, other) => one.begin - other.begin)
    .map((attribute) => attribute.text)
    .join(' ');
}
