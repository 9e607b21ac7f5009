import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { render } from '../../../../core/merge/render.ts';
import { converterOf, root } from './fixtures.ts';
import { faultsOf } from './rendered.ts';

const rendered = (fixture: string, type: string): readonly Record<string, unknown>[] => {
  const converter = converterOf('test/fixtures/hl7v2/feed.yaml');
  const conversion = converter.convertMessage(readFileSync(join(root, 'test/fixtures/hl7v2', fixture)));
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  expect(faultsOf(conversion)).toEqual([]);
  const drafts = conversion.resources.filter((draft) => draft.type === type);
  return drafts.map((draft) => render(type, draft.id, draft.slots));
};

test('a document whose file did not come stands, and says that its content is unknown', () => {
  const unknown = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' };
  expect(rendered('mdm-t02/no-content.hl7', 'DocumentReference')).toMatchObject([
    { content: [{ attachment: { extension: [unknown] } }] },
  ]);
});

test('PID-26: every repetition is an extension of its own, whose parts bear no core URL', () => {
  const citizenship = (code: string) => ({
    url: 'http://hl7.org/fhir/StructureDefinition/patient-citizenship',
    extension: [{ url: 'code', valueCodeableConcept: { coding: [{ code }] } }],
  });
  expect(rendered('adt-a01/names-and-citizenships.hl7', 'Patient')).toMatchObject([
    { extension: [citizenship('CA'), citizenship('FR')] },
  ]);
});

test('PID-5.15 is a nickname beside the name, not one more given name', () => {
  expect(rendered('adt-a01/names-and-citizenships.hl7', 'Patient')).toMatchObject([
    { name: [{ family: 'Ames', given: ['Clara'] }, { use: 'maiden' }, { given: ['Clarrie'], use: 'nickname' }] },
  ]);
});

test('an OBX that names nothing keeps its value under an unknown code', () => {
  const fixture = 'oru-r01/nothing-named.hl7';
  const unknown = { coding: [{ code: 'unknown' }] };
  expect(rendered(fixture, 'Observation')).toMatchObject([{ code: unknown, valueString: 'Cloudy' }]);
  expect(rendered(fixture, 'DiagnosticReport')).toMatchObject([{ code: unknown }]);
});
