import { afterEach, expect, test, vi } from 'vitest';
import { convert } from '../../../cli/convert.ts';

const folder = 'test/fixtures/hl7v2';

async function printed(...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const texts: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await convert([`${folder}/envelope/every-field.hl7`, '--feed', `${folder}/feed.yaml`, ...args])).toBe(0);
  const lines = texts.join('').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

afterEach(() => {
  vi.restoreAllMocks();
});

const types = (resources: readonly Record<string, unknown>[]): readonly unknown[] =>
  resources.map((resource) => resource['resourceType']);

test('a message is printed as one Bundle of type message', async () => {
  const [bundle, ...more] = await printed('--to', 'bundle');
  expect(more).toEqual([]);
  expect(bundle).toMatchObject({
    ...{ resourceType: 'Bundle', type: 'message', timestamp: '2026-03-01T08:30:00-06:00' },
    identifier: { system: 'urn:example:facility', value: 'FULL' },
  });
  const entries = bundle?.['entry'] as { resource: Record<string, unknown> }[];
  expect(types(entries.map(({ resource }) => resource)).slice(0, 2)).toEqual(['MessageHeader', 'Patient']);
});

test('lines of FHIR hold what is loaded, and the envelope where it is asked for', async () => {
  const loaded = types(await printed());
  expect(loaded).toEqual(['Patient', 'Encounter', 'Practitioner']);
  const all = types(await printed('--envelope'));
  expect(all.slice(0, 3)).toEqual(loaded);
  expect(all).toContain('MessageHeader');
  expect(all).toContain('Provenance');
  expect(all).not.toContain('Bundle');
});

test('elements of the envelope are explained where it is asked for', async () => {
  const [explained] = await printed('--explain', '--json', '--envelope');
  const elements = explained?.['elements'] as { element: string; row: string; from: string }[];
  expect(elements).toContainEqual(
    expect.objectContaining({ element: 'MessageHeader.source.name', row: 'MSH-3.r1', from: 'MSH-3.1' }),
  );
});
