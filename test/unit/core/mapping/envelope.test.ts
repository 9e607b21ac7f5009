import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import type { TracedConversion } from '../../../../core/mapping/convert-message.ts';
import { stageConversion } from '../../../../core/merge/stage.ts';
import { bytesOf, converterOf, enclosingConverterOf, fixturesOf, root } from './fixtures.ts';
import { bundleFaultsOf, bundleTextOf } from './rendered.ts';

const folder = 'test/fixtures/hl7v2';
const feed = `${folder}/feed.yaml`;
const fixtures = fixturesOf(folder, '.hl7');
const envelope = fixtures.filter((file) => file.startsWith('envelope/'));

const bytesAt = (file: string): Uint8Array => readFileSync(join(root, folder, file));
const plain = (file: string): TracedConversion => converterOf(feed).convertMessage(bytesAt(file));
const enclosed = (file: string): TracedConversion => enclosingConverterOf(feed).convertMessage(bytesAt(file));

type Mapped = Extract<Conversion, { state: 'mapped' }>;

function mapped(conversion: TracedConversion): Mapped {
  if (conversion.state !== 'mapped') throw new Error(conversion.reason);
  return conversion;
}

interface Entry {
  readonly fullUrl: string;
  readonly resource: { readonly resourceType: string; readonly id: string } & Record<string, unknown>;
}

const entriesOf = (conversion: TracedConversion): readonly Entry[] =>
  (JSON.parse(bundleTextOf(conversion)) as { entry: readonly Entry[] }).entry;

const allOf = (conversion: TracedConversion, type: string): readonly Entry['resource'][] =>
  entriesOf(conversion).flatMap(({ resource }) => (resource.resourceType === type ? [resource] : []));

const ENVELOPE = ['Bundle', 'MessageHeader', 'Provenance'];

afterEach(() => {
  vi.useRealTimers();
});

test.each(envelope)('SEMANTICS 10: what is staged of %s holds no Bundle, MessageHeader or Provenance', (file) => {
  for (const conversion of [plain(file), enclosed(file)]) {
    if (conversion.state !== 'mapped') continue;
    const staging = stageConversion(conversion, {
      ...{ batch: 'b', ordinal: 1, hash: '0'.repeat(64), feed: 'fixtures', mappingVersion: 1 },
      arrivedAt: conversion.time.epochMs,
    });
    if (!staging.ok) throw new Error(staging.reason);
    expect(staging.lines.filter(({ type }) => ENVELOPE.includes(type))).toEqual([]);
    expect(JSON.stringify(staging.lines)).not.toMatch(/"reference":"(?:Bundle|MessageHeader|Provenance)\//);
  }
});

test('SEMANTICS 10: a converter that is not asked makes no envelope', () => {
  for (const file of fixtures) expect('envelope' in plain(file)).toBe(false);
});

test.each(fixtures)('the envelope changes nothing of what %s states', (file) => {
  const [without, beside] = [plain(file), enclosed(file)];
  if (without.state !== 'mapped') return;
  expect(JSON.stringify(mapped(beside).resources)).toBe(JSON.stringify(without.resources));
});

test.each(fixtures)('the bundle of %s is valid and refers to nothing outside', (file) => {
  const conversion = enclosed(file);
  if (conversion.state === 'mapped') expect(bundleFaultsOf(bundleTextOf(conversion))).toEqual([]);
});

test('bdl-12: the MessageHeader stands first, and it leads to all that the message made', () => {
  const [first, ...others] = entriesOf(enclosed('envelope/every-field.hl7'));
  expect(first?.resource.resourceType).toBe('MessageHeader');
  const focus = (first?.resource['focus'] as { reference: string }[] | undefined)?.map(({ reference }) => reference);
  const made = mapped(plain('envelope/every-field.hl7')).resources.map(({ id }) => `urn:uuid:${id}`);
  expect(focus).toEqual(made);
  expect(others.map(({ fullUrl }) => fullUrl)).toEqual(expect.arrayContaining(made));
});

test('no clock: a message becomes the same bytes at another time', () => {
  vi.useFakeTimers({ now: new Date('2026-03-02T00:00:00Z') });
  const before = bundleTextOf(enclosed('envelope/every-field.hl7'));
  vi.setSystemTime(new Date('2031-07-01T12:34:56Z'));
  expect(bundleTextOf(enclosed('envelope/every-field.hl7')) === before).toBe(true);
});

test('what nobody stated is unknown: the event of no code, the endpoint, the agent and the time of conversion', () => {
  const unknown = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' };
  const conversion = enclosed('envelope/nothing-stated.hl7');
  expect(allOf(conversion, 'MessageHeader')).toMatchObject([{ source: { _endpoint: { extension: [unknown] } } }]);
  const agents = allOf(conversion, 'Provenance').map((provenance) => provenance['agent']);
  expect(agents).toContainEqual([{ who: { extension: [unknown] } }]);
  const transformation = allOf(conversion, 'Provenance').find((one) => JSON.stringify(one).includes('"Tributary"'));
  expect(transformation).toMatchObject({ _recorded: { extension: [unknown] } });
});

test('an event whose time names no minute was recorded when it was sent', () => {
  const [event] = allOf(enclosed('envelope/nothing-stated.hl7'), 'Provenance').filter(
    (one) => one['location'] === undefined,
  );
  expect(event).toMatchObject({ recorded: '2026-03-01T08:30:00-06:00' });
});

test('EVN-4 U is an absent reason, and no code', () => {
  const reasons = allOf(enclosed('envelope/addresses-of-other-types.hl7'), 'Provenance').flatMap(
    (one) => one['reason'] ?? [],
  );
  expect(reasons).toEqual([
    { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] },
  ]);
});

test('MSH-3: a universal id of a type that makes no address is a part of the name', () => {
  const [header] = allOf(enclosed('envelope/addresses-of-other-types.hl7'), 'MessageHeader');
  expect(header).toMatchObject({ source: { name: 'ADT - CLIA:11D0' } });
});

test('MSH-17 is the country of the organization that MSH-4 makes', () => {
  const made = allOf(enclosed('envelope/every-field.hl7'), 'Organization');
  expect(made.filter((one) => one['address'] !== undefined)).toMatchObject([
    { name: 'NORTHGEN', address: [{ country: 'USA' }], identifier: [{ value: 'urn:oid:1.2.3.4.6' }] },
  ]);
});

test('an acknowledgment is unsupported, and where the envelope is asked for a MessageHeader with its response', () => {
  expect(plain('envelope/ack.hl7')).toMatchObject({ state: 'dead', reason: 'message-type-unsupported' });
  const [header] = allOf(enclosed('envelope/ack.hl7'), 'MessageHeader');
  expect(header).toMatchObject({ response: { code: 'fatal-error', identifier: 'FULL' } });
});

test('SEMANTICS 3.1: the place of a software segment is no part of its id', () => {
  const text = new TextDecoder().decode(bytesAt('envelope/every-field.hl7'));
  const lines = text.trimEnd().split('\n');
  const [first = '', second = ''] = lines.filter((line) => line.startsWith('SFT'));
  const turned = text.replace(first, '#').replace(second, first).replace('#', second);
  const ids = (message: string): readonly string[] =>
    allOf(enclosingConverterOf(feed).convertMessage(bytesOf(message)), 'Device')
      .map(({ id }) => id)
      .toSorted();
  expect(turned).not.toBe(text);
  expect(ids(turned)).toEqual(ids(text));
});

const about = (conversion: TracedConversion, type: string): readonly Entry['resource'][] => {
  const entries = entriesOf(conversion);
  const typeAt = new Map(entries.map(({ fullUrl, resource }) => [fullUrl, resource.resourceType]));
  return allOf(conversion, 'Provenance').filter(({ target }) =>
    (target as { reference: string }[]).every(({ reference }) => typeAt.get(reference) === type),
  );
};

test('each order has a Provenance of its own, with what was done to it and by whom', () => {
  const orders = about(enclosed('envelope/orm-o01.hl7'), 'ServiceRequest');
  const told = orders.map(({ activity, target }) => [activity, (target as unknown[]).length]);
  const coded = (code: string): unknown => expect.objectContaining({ coding: [expect.objectContaining({ code })] });
  expect(told).toEqual(['CREATE', 'UPDATE', 'CANCEL'].map((code) => [coded(code), 1]));
  const agents = orders[1]?.['agent'] as { type?: { coding: { code: string }[] }; who: { display?: string } }[];
  expect(agents.map(({ type, who }) => [type?.coding[0]?.code, who.display])).toEqual(
    expect.arrayContaining([
      ['enterer', 'West ward'],
      [undefined, 'SCAN'],
    ]),
  );
});

test('an ORC that tells neither an activity nor an agent makes no Provenance', () => {
  expect(about(enclosed('envelope/oru-r01.hl7'), 'ServiceRequest')).toEqual([]);
});

test('each patient of a swap has the Provenance of the update', () => {
  expect(about(enclosed('envelope/adt-a17.hl7'), 'Patient')).toHaveLength(2);
});
