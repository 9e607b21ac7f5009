import type { Hl7Segment } from '../../hl7v2/message.ts';
import type { FindSegment } from '../env.ts';
import type { Run } from '../run.ts';
import { conceptKey, readEi } from './identifiers.ts';

type IsDummy = (value: string) => boolean;

/** Id of a report: filler number, its assigner, what was ordered, and the parent result (SEMANTICS 3.6). */
export function reportId(segments: FindSegment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const obr = segments('OBR');
  if (obr === undefined) return undefined;
  const orc = segments('ORC');
  const order = readEi(obr, 3, run, isDummy) ?? (orc === undefined ? undefined : readEi(orc, 3, run, isDummy));
  const parent = [obr.source(26), obr.source(29)];
  const code = conceptKey(obr, 4);
  if (order !== undefined)
    return run.setting.id('DiagnosticReport', order.namespace.token, order.value, ...code, 'of', ...parent);
  const placer = readEi(obr, 2, run, isDummy) ?? (orc === undefined ? undefined : readEi(orc, 2, run, isDummy));
  // Without any number only the patient, the test and its time tell two reports apart.
  const key =
    placer === undefined ? ['timed', patient, obr.text(7).trim()] : ['placer', placer.namespace.token, placer.value];
  return run.setting.id('DiagnosticReport', ...key, ...code, 'of', ...parent);
}

/** What makes OBX segments one unit within their report: OBX-21, else what was observed and its sub-id (SEMANTICS 3.7). */
export function unitKey(obx: Hl7Segment, run: Run, isDummy: IsDummy): readonly string[] {
  const own = readEi(obx, 21, run, isDummy);
  if (own !== undefined) return ['id', own.namespace.token, own.value];
  return ['code', ...conceptKey(obx, 3), 'sub', obx.text(4).trim()];
}

/** Id of a document: TXA-12, else the patient, the type and the times it states. */
export function documentId(segments: FindSegment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const txa = segments('TXA');
  if (txa === undefined) return undefined;
  const own = readEi(txa, 12, run, isDummy);
  if (own !== undefined) return run.setting.id('DocumentReference', own.namespace.token, own.value);
  return run.setting.id(
    'DocumentReference',
    'timed',
    patient,
    ...conceptKey(txa, 2),
    txa.text(4).trim(),
    txa.text(6).trim(),
  );
}

/** Id of an allergy: IAM-7, else the patient, the substance and its type (SEMANTICS 3.8), so that AL1 and IAM meet. */
export function allergyId(segment: Hl7Segment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const own = segment.name === 'IAM' ? readEi(segment, 7, run, isDummy) : undefined;
  if (own !== undefined) return run.setting.id('AllergyIntolerance', own.namespace.token, own.value);
  const code = conceptKey(segment, 3);
  return code.length === 0
    ? undefined
    : run.setting.id('AllergyIntolerance', patient, ...code, 'type', segment.text(2).trim());
}

/** Id of a diagnosis: DG1-20, else the patient, the code and the diagnosis type (SEMANTICS 3.8). */
export function diagnosisId(dg1: Hl7Segment, run: Run, isDummy: IsDummy, patient: string): string | undefined {
  const own = readEi(dg1, 20, run, isDummy);
  if (own !== undefined) return run.setting.id('Condition', own.namespace.token, own.value);
  const code = conceptKey(dg1, 3);
  const text = dg1.text(4).trim();
  const named = code.length > 0 ? code : text === '' ? [] : [text, 'text'];
  return named.length === 0 ? undefined : run.setting.id('Condition', patient, ...named, 'type', dg1.text(6).trim());
}

/** Id of a procedure: PR1-19, else the visit, or the patient, with the code and the time (SEMANTICS 3.8). */
export function procedureId(pr1: Hl7Segment, run: Run, isDummy: IsDummy, around: string): string | undefined {
  const own = readEi(pr1, 19, run, isDummy);
  if (own !== undefined) return run.setting.id('Procedure', own.namespace.token, own.value);
  const code = conceptKey(pr1, 3);
  const text = pr1.text(4).trim();
  const named = code.length > 0 ? code : text === '' ? [] : [text, 'text'];
  return named.length === 0 ? undefined : run.setting.id('Procedure', around, ...named, 'at', pr1.text(5).trim());
}

/** Id of the document that TXA-13 names, as that document's own messages make it from TXA-12 (SEMANTICS 5.5). */
export function parentDocumentId(segments: FindSegment, run: Run, isDummy: IsDummy): string | undefined {
  const txa = segments('TXA');
  const parent = txa === undefined ? undefined : readEi(txa, 13, run, isDummy);
  return parent === undefined ? undefined : run.setting.id('DocumentReference', parent.namespace.token, parent.value);
}
