import anatomy from './anatomy.json' with { type: 'json' };
import diagnoses from './diagnoses.json' with { type: 'json' };
import drugs from './drugs.json' with { type: 'json' };
import procedures from './procedures.json' with { type: 'json' };
import signs from './signs.json' with { type: 'json' };
import symptoms from './symptoms.json' with { type: 'json' };
import tests from './tests.json' with { type: 'json' };

/** A code of a terminology with the words that go with it. */
export interface Concept {
  readonly code: string;
  readonly description: string;
}

/** One thing that the dictionary knows, with its codes where it has any. */
export interface Term {
  readonly kind: 'condition' | 'drug' | 'test' | 'procedure' | 'anatomy';
  readonly type: 'DX_NAME' | 'GENERIC_NAME' | 'BRAND_NAME' | 'TEST_NAME' | 'PROCEDURE_NAME' | 'SYSTEM_ORGAN_SITE';
  /** What sort of condition it is. */
  readonly trait?: 'DIAGNOSIS' | 'SYMPTOM' | 'SIGN';
  readonly icd10?: Concept;
  readonly rxnorm?: Concept;
  readonly snomed?: Concept;
}

/**
 * The stand-in's whole vocabulary: some hundred common terms, coded by hand for trying and testing. It makes no clinical
 * claim, and what it does not hold is not found.
 */
export function* dictionaryTerms(): Generator<{ readonly name: string; readonly term: Term }> {
  yield* conditionTerms(diagnoses, 'DIAGNOSIS');
  yield* conditionTerms(symptoms, 'SYMPTOM');
  yield* conditionTerms(signs, 'SIGN');
  yield* drugTerms();
  for (const { names } of tests) for (const name of names) yield { name, term: { kind: 'test', type: 'TEST_NAME' } };
  for (const { names, snomed } of procedures)
    yield* named(names, { kind: 'procedure', type: 'PROCEDURE_NAME', ...coded(snomed, names) });
  for (const { names, snomed } of anatomy)
    yield* named(names, { kind: 'anatomy', type: 'SYSTEM_ORGAN_SITE', ...coded(snomed, names) });
}

interface ConditionRow {
  readonly names: readonly string[];
  readonly icd10: string;
  readonly description: string;
  readonly snomed?: string;
}

function* conditionTerms(rows: readonly ConditionRow[], trait: NonNullable<Term['trait']>) {
  for (const { names, icd10, description, snomed } of rows) {
    yield* named(names, {
      kind: 'condition',
      type: 'DX_NAME',
      trait,
      icd10: { code: icd10, description },
      ...coded(snomed, names),
    });
  }
}

/** A brand without a code of its own has that of its ingredient. */
function* drugTerms() {
  for (const { names, rxnorm, brands } of drugs as readonly DrugRow[]) {
    const ingredient = { code: rxnorm, description: names[0] ?? '' };
    yield* named(names, { kind: 'drug', type: 'GENERIC_NAME', rxnorm: ingredient });
    for (const { name, rxnorm: code } of brands ?? []) {
      yield* named([name], {
        kind: 'drug',
        type: 'BRAND_NAME',
        rxnorm: code ? { code, description: name } : ingredient,
      });
    }
  }
}

interface DrugRow {
  readonly names: readonly string[];
  readonly rxnorm: string;
  readonly brands?: readonly { readonly name: string; readonly rxnorm?: string }[];
}

function* named(names: readonly string[], term: Term) {
  for (const name of names) yield { name, term };
}

function coded(snomed: string | undefined, names: readonly string[]): { snomed?: Concept } {
  return snomed === undefined ? {} : { snomed: { code: snomed, description: names[0] ?? '' } };
}
