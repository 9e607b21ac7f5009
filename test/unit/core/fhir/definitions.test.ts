import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codesOf } from '../../../../core/fhir/code-sets.ts';
import { type ElementRule, elementsOf, isElementName, namesOf } from '../../../../core/fhir/definitions.ts';
import { types } from '../../../../core/fhir/generated/definitions.ts';

/** One property in the R4 tables of the package `fhir`, which we did not write and do not generate from. */
interface Stranger {
  readonly _name: string;
  readonly _type: string;
  readonly _multiple: boolean;
  readonly _required?: boolean;
  readonly _valueSetStrength?: string;
  readonly _valueSet?: string;
  readonly _properties?: readonly Stranger[];
}

const strangers = JSON.parse(readFileSync('node_modules/fhir/profiles/types.json', 'utf8')) as Readonly<
  Record<string, { readonly _properties?: readonly Stranger[] }>
>;

/** Their properties without the partners of primitives, and with the id's type left aside, on which the tables differ. */
function theirs(properties: readonly Stranger[]): readonly string[] {
  return properties
    .filter((one) => !one._name.startsWith('_') && !implied.includes(one._name))
    .map((one) => `${one._name} ${one._multiple ? '*' : '1'}`)
    .sort();
}

/** What every type inherits; their backbones list it unevenly. */
const implied = ['id', 'extension', 'modifierExtension'];

function ours(rules: readonly ElementRule[]): readonly string[] {
  return rules
    .flatMap((rule) => namesOf(rule).map((name) => `${name} ${rule.many ? '*' : '1'}`))
    .filter((line) => !implied.includes(line.split(' ')[0] ?? ''))
    .sort();
}

const requiredOf = (rules: readonly ElementRule[]): readonly string[] =>
  rules
    .filter((rule) => rule.required && !rule.name.endsWith('[x]'))
    .map((rule) => rule.name)
    .sort();

function compare(path: string, properties: readonly Stranger[]): number {
  const rules = elementsOf(path) ?? [];
  expect([path, ours(rules)]).toEqual([path, theirs(properties)]);
  const choices = new Set(rules.filter((rule) => rule.name.endsWith('[x]')).flatMap(namesOf));
  const required = properties.filter((one) => one._required === true && !choices.has(one._name));
  expect([path, requiredOf(rules)]).toEqual([path, required.map((one) => one._name).sort()]);
  const below = properties.filter((one) => Object.hasOwn(types, `${path}.${one._name}`));
  return below.reduce((sum, one) => sum + compare(`${path}.${one._name}`, one._properties ?? []), properties.length);
}

describe('the generated tables', () => {
  it('are what the generator writes now', () => {
    expect(() => execFileSync(process.execPath, ['tools/generate-fhir-checks.ts', '--check'])).not.toThrow();
  });

  it('have the elements, cardinalities and required elements of another package’s R4 tables', () => {
    const shared = Object.keys(types).filter(
      (type) => Object.hasOwn(strangers, type) && !['SimpleQuantity', 'Resource'].includes(type),
    );
    const properties = shared.reduce((sum, type) => sum + compare(type, strangers[type]?._properties ?? []), 0);
    expect(properties).toBeGreaterThan(2000);
  });

  it('hold the codes of a closed set of several systems', () => {
    expect(codesOf('event-timing')?.has('MORN')).toBe(true);
    expect(codesOf('event-timing')?.has('ACM')).toBe(true);
    expect(codesOf('observation-status')).toEqual(
      new Set([
        'registered',
        'preliminary',
        'final',
        'amended',
        'corrected',
        'cancelled',
        'entered-in-error',
        'unknown',
      ]),
    );
    expect(codesOf('no-such-set')).toBeUndefined();
  });

  it('know the JSON names of a choice', () => {
    const value = elementsOf('Observation')?.find((rule) => rule.name === 'value[x]');
    expect(value === undefined ? [] : namesOf(value)).toContain('valueQuantity');
    expect(isElementName('valueQuantity')).toBe(true);
    expect(isElementName('_birthDate')).toBe(true);
    expect(isElementName('smith')).toBe(false);
  });

  it('hold no primitive and nothing of the object prototype', () => {
    expect(elementsOf('string')).toBeUndefined();
    expect(elementsOf('constructor')).toBeUndefined();
  });
});
