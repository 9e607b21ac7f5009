import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkResource } from '../../core/fhir/check.ts';
import { elementsOf, namesOf } from '../../core/fhir/definitions.ts';
import { producedTypes, types } from '../../core/fhir/generated/definitions.ts';

const names = [...new Set(Object.keys(types).flatMap((type) => (elementsOf(type) ?? []).flatMap(namesOf)))];
const canary = 'ZzCanaryValue';

/** JSON of R4's own words in any order, so that much of it reaches deep into the checks; every text is a canary. */
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 5 },
    fc.constant(canary),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.constant(canary)), tie('anything'), { maxKeys: 6 }),
  ),
}));

describe('the checker on anything', () => {
  it('never throws, and prints no value and no name that R4 does not know', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...producedTypes.split(' ')),
        fc.dictionary(fc.constantFrom(...names), anything),
        (type, fields) => {
          const issues = checkResource({ ...fields, resourceType: type });
          expect(JSON.stringify(issues)).not.toContain(canary);
          for (const issue of issues) {
            expect(issue.path.startsWith(type)).toBe(true);
            expect(issue.rule).toMatch(/^[a-z0-9-]+$/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the same answer again, and leaves the resource as it was', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...producedTypes.split(' ')),
        fc.dictionary(fc.constantFrom(...names), anything),
        (type, fields) => {
          const resource = { ...fields, resourceType: type };
          const before = JSON.stringify(resource);
          expect(checkResource(resource)).toEqual(checkResource(resource));
          expect(JSON.stringify(resource)).toBe(before);
        },
      ),
      { numRuns: 200 },
    );
  });
});
