import { components, type Fields, field, unescaped } from './fields.ts';

const namespaces: Readonly<Record<string, { token: string; system: string }>> = {
  HOSP: { token: 'hosp', system: 'urn:oid:1.2.3' },
  LAB: { token: 'lab', system: 'urn:oid:1.2.4' },
  APP: { token: 'app', system: 'urn:oid:1.2.5' },
};

export const namespaceOf = (name = ''): { token: string; system: string } =>
  namespaces[name] ?? { token: name, system: `urn:unknown:${name}` };

const identifierTypes: Readonly<Record<string, string>> = {
  MR: 'Medical record number',
  SS: 'Social Security number',
  VN: 'Visit number',
  PLAC: 'Placer Identifier',
  FILL: 'Filler Identifier',
};

const typed = (code: string): object => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code, display: identifierTypes[code] ?? '' }],
});

export function cx(text: string): object {
  const [value = '', , , authority = '', type = ''] = components(text);
  return { system: namespaceOf(authority).system, value, ...(type === '' ? {} : { type: typed(type) }) };
}

export function ei(text: string, type?: string): object {
  const [value = '', authority = ''] = components(text);
  return { system: namespaceOf(authority).system, value, ...(type === undefined ? {} : { type: typed(type) }) };
}

export function xpn(text: string): object {
  const [family = '', first = '', further = '', suffix = '', prefix = ''] = components(text).map(unescaped);
  const given = [first, ...further.split(' ')].filter((part) => part !== '');
  return {
    ...(family === '' ? {} : { family }),
    ...(given.length === 0 ? {} : { given }),
    ...(prefix === '' ? {} : { prefix: [prefix] }),
    ...(suffix === '' ? {} : { suffix: [suffix] }),
  };
}

export function xad(text: string): object {
  const [street = '', other = '', city = '', state = '', postalCode = '', country = ''] =
    components(text).map(unescaped);
  return {
    line: [street, other].filter((line) => line !== ''),
    ...(city === '' ? {} : { city }),
    ...(state === '' ? {} : { state }),
    ...(postalCode === '' ? {} : { postalCode }),
    ...(country === '' ? {} : { country }),
  };
}

const uses: Readonly<Record<string, string>> = { PRN: 'home', WPN: 'work' };
const means: Readonly<Record<string, string>> = { PH: 'phone', FX: 'fax', CP: 'phone', Internet: 'email' };

export function xtn(text: string): object {
  const [value = '', use = '', system = ''] = components(text).map(unescaped);
  const known = uses[use];
  return { value, ...(known === undefined ? {} : { use: known }), system: means[system] ?? 'phone' };
}

const systems: Readonly<Record<string, string>> = {
  LN: 'http://loinc.org',
  I10: 'http://hl7.org/fhir/sid/icd-10',
  RXNORM: 'http://www.nlm.nih.gov/research/umls/rxnorm',
};

export function cwe(text: string): object {
  const [code = '', display = '', system = ''] = components(text).map(unescaped);
  const uri = systems[system];
  return {
    coding: [{ ...(uri === undefined ? {} : { system: uri }), code, ...(display === '' ? {} : { display }) }],
    ...(display === '' ? {} : { text: display }),
  };
}

/** A number with its digits: JSON.stringify would drop the nought of 7.10. */
export class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    const number = Number(this.text);
    return String(number) === this.text ? number : { $decimal: this.text };
  }
}

export function quantity(number: string, unitField: string): object {
  const [code = '', name = '', system = ''] = components(unitField);
  return {
    value: new Digits(number),
    unit: name === '' ? code : unescaped(name),
    ...(system === 'UCUM' ? { system: 'http://unitsofmeasure.org', code } : {}),
  };
}

export const repetitions = (fields: Fields, at: number): readonly string[] =>
  field(fields, at)
    .split('~')
    .filter((text) => text !== '');
