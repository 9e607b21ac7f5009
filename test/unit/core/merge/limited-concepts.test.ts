import { expect, test } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import { render } from '../../../../core/merge/render.ts';

const rendered = (type: string, communication: unknown): Record<string, unknown> =>
  render(type, 'p1', { communication: { value: { communication } } });
const lifted = (...coding: readonly unknown[]) => ({
  url: 'urn:tributary:unmapped-code',
  extension: [
    { url: 'element', valueCode: 'coding' },
    { url: 'code', valueCodeableConcept: { coding } },
  ],
});

test.each(['Patient', 'RelatedPerson'])(
  "%s: a language of the sender's codes alone is its text, and keeps the codes",
  (type) => {
    const stated = [{ language: { coding: [{ code: 'ENG' }], text: 'English' }, preferred: true }];
    const resource = rendered(type, stated);
    expect(resource['communication']).toEqual([
      { language: { text: 'English', extension: [lifted({ code: 'ENG' })] }, preferred: true },
    ]);
    expect(stated[0]?.language.coding).toEqual([{ code: 'ENG' }]);
  },
);

test("a language that BCP 47 names stays, with the sender's codes beside it", () => {
  const communication = [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en' }, { code: 'ENG' }] } }];
  expect(rendered('Patient', communication)['communication']).toEqual(communication);
});

test('the languages of a practitioner are concepts themselves', () => {
  const resource = rendered('Practitioner', [{ coding: [{ code: 'ENG' }] }, { text: 'Irish' }]);
  expect(resource['communication']).toEqual([{ extension: [lifted({ code: 'ENG' })] }, { text: 'Irish' }]);
  expect(checkResource(resource)).toEqual([]);
});
