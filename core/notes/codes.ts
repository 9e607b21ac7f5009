import type { Concept } from './answers.ts';
import type { Thresholds } from './screen.ts';

/** A coding, and how sure the service is of it. */
export interface ScoredCoding {
  readonly coding: { readonly system: string; readonly code: string; readonly display?: string };
  readonly score: number;
}

interface CodeSystem {
  readonly uri: string;
  /** The system's syntax: its URI is claimed only for a code that passes (SEMANTICS 9). */
  readonly syntax: RegExp;
}

/** https://terminology.hl7.org/ICD.html; three to seven characters, a dot behind the third. */
export const icd10cm: CodeSystem = {
  uri: 'http://hl7.org/fhir/sid/icd-10-cm',
  syntax: /^[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?$/,
};

/** https://terminology.hl7.org/RxNorm.html; a concept unique identifier (RXCUI). */
export const rxnorm: CodeSystem = {
  uri: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  syntax: /^[1-9]\d{0,7}$/,
};

/** The best candidate, when it is sure enough and a code of the system; never a lesser one in its place. */
export function bestCoding(
  system: CodeSystem,
  concepts: readonly Concept[],
  limits: Thresholds,
): ScoredCoding | undefined {
  const [best] = concepts.toSorted((one, other) => (other.Score ?? 0) - (one.Score ?? 0));
  const { Code: code = '', Description: description = '', Score: score = 0 } = best ?? {};
  if (score < limits.concept || !system.syntax.test(code)) return undefined;
  const coding = { system: system.uri, code };
  return { coding: description.trim() === '' ? coding : { ...coding, display: description.trim() }, score };
}
