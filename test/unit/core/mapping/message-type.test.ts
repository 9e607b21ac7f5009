import { expect, test } from 'vitest';
import { createConverter } from '../../../../core/mapping/convert.ts';
import type { TracedConversion } from '../../../../core/mapping/convert-message.ts';
import type { CompiledFeed } from '../../../../core/mapping/feed.ts';
import { bytesOf, feedAt, sha256 } from './fixtures.ts';

const feed = feedAt('test/fixtures/hl7v2/feed.yaml');

const BODY: Readonly<Record<string, readonly string[]>> = {
  ADT: ['PID|1||12345^^^NORTH^MR||Ames^Clara', 'PV1|1|I|||||||||||||||||V1^^^NORTHGEN'],
  ORU: ['PID|1||12345^^^NORTH^MR||Ames^Clara', 'OBR|1||F1|X^X^L', 'OBX|1|NM|A^A^L||5'],
};

function convert(stated: string, version = '2.5.1', evn = '', over: Partial<CompiledFeed> = {}): TracedConversion {
  const segments = [
    `MSH|^~\\&|A|NORTHGEN|||20260301083000-0600||${stated}|1|P|${version}`,
    ...(evn === '' ? [] : [`EVN|${evn}|20260301082500-0600`]),
    ...(BODY[stated.slice(0, 3)] ?? []),
  ];
  return createConverter({ ...feed, ...over }, { sha256 }).convertMessage(bytesOf(segments.join('\r')));
}

// A header without a version ends in a separator, which is told, too.
const OF_THE_HEADER = ['version-unknown', 'trailing-separators'];
const content = (conversion: TracedConversion): string =>
  JSON.stringify({ ...conversion, issues: conversion.issues.filter(({ code }) => !OF_THE_HEADER.includes(code)) });

const VERSIONS = ['', '2', '2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.7.1', '2.8', '2.8.2'];

test.each(VERSIONS.concat('2.9', '3', '2.5^USA', 'ANY'))(
  'MSH-12 "%s" changes nothing of what a message states',
  (version) => {
    for (const [type, evn] of [
      ['ADT^A01', 'A01'],
      ['ORU^R01', ''],
    ] as const)
      expect(content(convert(type, version, evn))).toBe(content(convert(type, '2.5.1', evn)));
  },
);

test('the structure (MSH-9.3) may be absent, and is not believed against the type', () => {
  for (const structure of ['', '^ADT_A01', '^ADT_A05', '^nonsense'])
    expect(content(convert(`ADT^A04${structure}`, '2.5.1', 'A04'))).toBe(content(convert('ADT^A04', '2.5.1', 'A04')));
});

test('EVN-1 tells the event where MSH-9.2 does not', () => {
  for (const stated of ['ADT', 'ADT^', 'ADT^^ADT_A01']) {
    const conversion = convert(stated, '2.2', 'A04');
    expect(conversion).toMatchObject({ state: 'mapped', messageType: 'ADT^A04' });
    expect(content(conversion)).toBe(content(convert('ADT^A04', '2.2', 'A04')));
  }
});

test('MSH-9.2 stands against another EVN-1', () => {
  expect(convert('ADT^A08', '2.5', 'A01')).toMatchObject({ messageType: 'ADT^A08' });
});

test('a code that had one event needs none', () => {
  expect(convert('ORU', '2.1')).toMatchObject({ state: 'mapped', messageType: 'ORU^R01' });
  expect(convert('ORM', '2.2').messageType).toBe('ORM^O01');
});

test('an ADT without any event is dead, and says so; no filter hides it', () => {
  for (const evn of ['', '?'])
    expect(convert('ADT', '2.2', evn)).toMatchObject({ state: 'dead', reason: 'event-missing', path: 'MSH-9.2' });
  const taking = (type: string) => convert('ADT', '2.2', '', { messageTypes: [type] });
  expect(taking('ADT^A01')).toMatchObject({ state: 'dead', reason: 'event-missing', messageType: 'ADT' });
  expect(taking('ORU^R01')).toMatchObject({ state: 'filtered', reason: 'feed-filter' });
});

test('what is no type of HL7 is not told', () => {
  for (const stated of ['Ames^Clara', 'ADT^Clara', 'adt^a01'])
    expect(convert(stated)).toMatchObject({ state: 'dead', messageType: 'unknown' });
  expect(convert('XYZ')).toMatchObject({ reason: 'message-type-unsupported', messageType: 'XYZ' });
});
