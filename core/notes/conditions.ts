import { bestCoding, icd10cm } from './codes.ts';
import type { Finding } from './draft.ts';
import type { Mention } from './mention.ts';
import type { NoteContext } from './note.ts';
import type { Thresholds } from './screen.ts';
import { subjectOf } from './subject.ts';

const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';

/** A Condition from a mention of InferICD10CM that nothing speaks against: active, but `unconfirmed`. */
export function conditionFinding(note: NoteContext, mention: Mention, limits: Thresholds): Finding | undefined {
  const best = bestCoding(icd10cm, mention.concepts, limits);
  if (best === undefined) return undefined;
  const site = siteOf(mention);
  return {
    type: 'Condition',
    key: ['icd-10-cm', best.coding.code, site.toLowerCase()],
    mention,
    conceptScore: best.score,
    body: {
      clinicalStatus: { coding: [{ system: clinical, code: 'active' }] },
      verificationStatus: { coding: [{ system: verification, code: 'unconfirmed' }] },
      code: { coding: [best.coding], text: mention.text },
      ...(site === '' ? {} : { bodySite: [{ text: site }] }),
      ...subjectOf(note, 'encounter'),
      ...(note.date === undefined ? {} : { recordedDate: note.date }),
      evidence: [{ detail: [{ reference: note.resource }] }],
    },
  };
}

/** Site and side as the note words them, in its order: `right lower lobe`. */
function siteOf(mention: Mention): string {
  return mention.attributes
    .filter((attribute) => attribute.type === 'SYSTEM_ORGAN_SITE' || attribute.type === 'DIRECTION')
    .toSorted((one, other) => one.begin - other.begin)
    .map((attribute) => attribute.text)
    .join(' ');
}
